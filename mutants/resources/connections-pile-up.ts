import type { Role, Wire } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

const spares = new Map<string, Wire[]>()

export const defect: Defect = {
  text: 'Each reconnect opens a spare connection, which only the close of the bus closes.',
  must: ['resources/5'],
  minimal: 'consume-link-reset',
  site(site) {
    const known = new Set<Role>()
    const opened: Wire[] = []
    spares.set(site.node, opened)
    return {
      ...site,
      prefix: site.prefix,
      async dial(role) {
        if (known.has(role)) {
          const spare = await site.dial(role)
          spare.onClosed(() => undefined)
          opened.push(spare)
        }
        known.add(role)
        return await site.dial(role)
      },
    }
  },
  disconnect: (disconnect, site) => async () => {
    await disconnect()
    for (const spare of spares.get(site.node) ?? []) spare.destroy()
  },
}

export default brokenMemory(defect)
