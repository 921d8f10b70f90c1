import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus logs an unreadable record and drops it.',
  must: ['dead-letter/5'],
  minimal: 'cannot-be-read',
  member: (log) => ({
    ...log,
    async fetch(partition, from, signal) {
      const records = await log.fetch(partition, from, signal)
      const readable = records.filter(({ unreadable }) => unreadable === undefined)
      if (readable.length > 0 || records.length === 0) return readable
      return await this.fetch(partition, from + records.length, signal)
    },
  }),
}

export default brokenMemory(defect)
