import { resilientClaims } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A consumer that reads dead letters tries to dead-letter one that it cannot handle; it has no topic for that, and stops there.',
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
