import { forgettingOfCauses } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A message that a handler publishes begins a trace of its own.',
  must: ['envelope/4'],
  minimal: 'one-message-that-is-followed',
  bus: forgettingOfCauses('ce_traceparent'),
}

export default brokenEnveloped(defect)
