import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Long after a failed fetch, more than a session later, a member reads its partition again from the start.',
  must: ['delivery/3'],
  // A member that has just taken the partition over steps back.
  may: ['delivery/7', 'retry/1', 'retry/2', 'retry/4', 'retry/6', 'dead-letter/1', 'dead-letter/2', 'dead-letter/8'],
  minimal: 'failure-while-answers-to-consume-are-cut',
  member(log, site) {
    const failed = new Map<string, number>()
    return {
      ...log,
      async fetch(partition, from, signal) {
        const key = `${partition.topic}/${partition.partition}`
        const at = failed.get(key)
        const isDue = at !== undefined && performance.now() - at > site.claims.consume.session + 100
        if (isDue) failed.delete(key)
        try {
          return await log.fetch(partition, isDue ? 0 : from, signal)
        } catch (error) {
          failed.set(key, performance.now())
          throw error
        }
      },
    }
  },
}

export default brokenMemory(defect)
