import { withClaimed } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A message without a priority stays without one.',
  must: ['envelope/2'],
  minimal: 'nothing',
  envelope: (claim) => withClaimed(claim, 'ce_priority', ({ absent: _, ...field }) => field),
}

export default brokenEnveloped(defect)
