import type { Wire } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

const kept = new Map<string, Wire[]>()

export const defect: Defect = {
  text: 'The connection of an attempt that timed out is left open for its late answer, until the bus closes.',
  must: ['resources/5'],
  minimal: 'answers-late-again-and-again',
  send: (send, site) => async (message, attempt) => {
    const keep = async (): Promise<void> => {
      if (attempt.signal.reason !== 'timeout') return
      const wire = await site.dial('publish')
      wire.onClosed(() => undefined)
      kept.set(site.node, [...(kept.get(site.node) ?? []), wire])
    }
    attempt.signal.addEventListener('abort', () => void keep().catch(() => undefined), { once: true })
    return await send(message, attempt)
  },
  disconnect: (disconnect, site) => async () => {
    await disconnect()
    for (const wire of kept.get(site.node) ?? []) wire.destroy()
  },
}

export default brokenMemory(defect)
