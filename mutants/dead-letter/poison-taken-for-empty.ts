import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Headers that cannot be read are taken for none, and the handler gets what is no message.',
  must: ['dead-letter/5'],
  may: ['delivery/2'],
  minimal: 'cannot-be-read',
  member: (log) => ({
    ...log,
    async fetch(partition, from, signal) {
      const records = await log.fetch(partition, from, signal)
      return records.map(({ message, position }) => ({ message, position }))
    },
  }),
}

export default brokenMemory(defect)
