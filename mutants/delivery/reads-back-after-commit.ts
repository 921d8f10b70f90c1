import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'After a commit, the bus reads the last message again and passes it to the handler.',
  must: ['delivery/3'],
  // What failed for good fails again, too soon, and has another dead letter, which is redriven too.
  may: ['retry/1', 'retry/2', 'retry/4', 'retry/6', 'dead-letter/1', 'dead-letter/2', 'dead-letter/7'],
  minimal: 'handler-fails-with-many-retries',
  member(log) {
    const again = new Set<string>()
    return {
      ...log,
      fetch(partition, from, signal) {
        const key = `${partition.topic}/${partition.partition}/${from}`
        if (from === 0 || again.has(key)) return log.fetch(partition, from, signal)
        again.add(key)
        return log.fetch(partition, from - 1, signal)
      },
    }
  },
}

export default brokenMemory(defect)
