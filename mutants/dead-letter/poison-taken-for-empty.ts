import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus treats unreadable headers as none, and passes a record that is not a message to the handler.',
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
