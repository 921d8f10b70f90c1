import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus takes a commit for a repetition if it has committed the partition before, and reports it without making it.',
  must: ['delivery/9'],
  may: ['delivery/3', 'delivery/7'],
  minimal: 'two-messages',
  member(log) {
    const committed = new Set<string>()
    return {
      ...log,
      async commit(partition, next) {
        const place = `${partition.topic}/${partition.partition}`
        if (committed.has(place)) return true
        committed.add(place)
        return await log.commit(partition, next)
      },
    }
  },
}

export default brokenMemory(defect)
