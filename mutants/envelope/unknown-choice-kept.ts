import { withClaimed } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A priority that does not exist is passed on, as if it were text.',
  must: ['envelope/3'],
  minimal: 'nothing',
  envelope: (claim) => withClaimed(claim, 'ce_priority', (field) => ({ ...field, others: 'kept' })),
}

export default brokenEnveloped(defect)
