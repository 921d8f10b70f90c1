import { brokenMemory, type Defect } from '../mutant.ts'

const failed = new Set<string>()

export const defect: Defect = {
  text: 'Close shuts down its parts one by one and stops at the first failure, so the connections stay open.',
  must: ['resources/4'],
  // What is left at all is theirs to tell.
  may: ['resources/1'],
  minimal: 'closed-while-consuming-is-refused',
  site(site) {
    failed.delete(site.node)
    return site
  },
  member: (log, site) => ({
    ...log,
    async leave() {
      try {
        await log.leave()
      } catch (error) {
        failed.add(site.node)
        throw error
      }
    },
  }),
  disconnect: (disconnect, site) => async () => {
    if (!failed.has(site.node)) await disconnect()
  },
}

export default brokenMemory(defect)
