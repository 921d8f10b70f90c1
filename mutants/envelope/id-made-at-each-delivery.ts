import { newId, withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A consumer makes an id for each record that it reads, and does not look for the one that is there.',
  must: ['envelope/2'],
  may: ['envelope/1', 'envelope/4'],
  minimal: 'nothing',
  member: (log) => ({
    ...log,
    async fetch(partition, from, signal) {
      const records = await log.fetch(partition, from, signal)
      return records.map((record) => ({ ...record, message: withField(record.message, 'ce_id', newId()) }))
    },
  }),
}

export default brokenEnveloped(defect)
