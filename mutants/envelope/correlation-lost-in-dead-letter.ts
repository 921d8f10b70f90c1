import { withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The dead letter is written without the correlation id.',
  must: ['envelope/1', 'envelope/2'],
  minimal: 'handler-rejects-for-good',
  member: (log) => ({
    ...log,
    storeDeadLetter: (message, dedup) => log.storeDeadLetter(withField(message, 'ce_correlationid', null), dedup),
  }),
}

export default brokenEnveloped(defect)
