import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus commits every second position only, and reports all of them as committed.',
  must: ['delivery/9'],
  may: ['delivery/3', 'delivery/7'],
  minimal: 'handler-throws-once',
  member: (log) => ({
    ...log,
    commit: async (partition, next) => (next % 2 === 0 ? await log.commit(partition, next) : true),
  }),
}

export default brokenMemory(defect)
