import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'After a failed fetch, a member reads again from one message before its place, although it kept the partition.',
  must: ['delivery/3'],
  may: ['retry/1', 'retry/2', 'retry/4', 'retry/6', 'dead-letter/1', 'dead-letter/2'],
  minimal: 'consume-link-reset-behind-a-message',
  member(log) {
    const failed = new Set<string>()
    return {
      ...log,
      async fetch(partition, from, signal) {
        const key = `${partition.topic}/${partition.partition}`
        try {
          return await log.fetch(partition, failed.delete(key) ? Math.max(0, from - 1) : from, signal)
        } catch (error) {
          failed.add(key)
          throw error
        }
      },
    }
  },
}

export default brokenMemory(defect)
