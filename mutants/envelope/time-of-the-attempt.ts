import { withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The time is that of the attempt, not the one that the caller gave.',
  must: ['envelope/1', 'envelope/2'],
  minimal: 'one-message-with-every-field',
  send: (send) => (message, attempt) => send(withField(message, 'ce_time', new Date().toISOString()), attempt),
}

export default brokenEnveloped(defect)
