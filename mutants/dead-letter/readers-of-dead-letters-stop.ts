import { resilientClaims } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Whoever reads dead letters tries to dead-letter what it cannot handle, for which there is no topic, and gets no further.',
  must: ['dead-letter/7'],
  minimal: 'quick-rejected-in-two-groups',
  member: (log, _site, { topics }) => ({
    ...log,
    fetch: async (partition, from, signal) => {
      const records = await log.fetch(partition, from, signal)
      const isReader = topics.some((topic) => topic.endsWith(resilientClaims.deadLetter.name))
      return isReader ? records.filter(({ position }) => position.offset === 0) : records
    },
  }),
}

export default brokenMemory(defect)
