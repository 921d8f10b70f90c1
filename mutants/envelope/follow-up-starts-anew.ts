import { forgettingOfCauses } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A message that a handler publishes gets a correlation id of its own, as any other message.',
  must: ['envelope/4'],
  may: ['envelope/5'],
  minimal: 'one-message-that-is-followed',
  bus: forgettingOfCauses('ce_correlationid'),
}

export default brokenEnveloped(defect)
