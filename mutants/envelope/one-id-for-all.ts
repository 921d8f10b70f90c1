import { newId, withField } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The id is made when the bus is opened, and every message gets it.',
  must: ['envelope/2'],
  may: ['envelope/1', 'envelope/4'],
  minimal: 'two-messages',
  send(send) {
    const made = newId()
    return (message, attempt) => send(withField(message, 'ce_id', made), attempt)
  },
}

export default brokenEnveloped(defect)
