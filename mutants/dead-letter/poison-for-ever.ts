import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'An unreadable record makes the whole fetch fail, and the bus retries that fetch for ever.',
  must: ['dead-letter/5'],
  may: ['delivery/1', 'delivery/5', 'delivery/8', 'delivery/13', 'delivery/14'],
  minimal: 'cannot-be-read',
  member: (log) => ({
    ...log,
    async fetch(partition, from, signal) {
      const records = await log.fetch(partition, from, signal)
      for (const { unreadable } of records) if (unreadable !== undefined) throw unreadable
      return records
    },
  }),
}

export default brokenMemory(defect)
