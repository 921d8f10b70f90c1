import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A message names the correlation id of its cause where the id of its cause belongs.',
  must: ['envelope/4'],
  minimal: 'one-message-that-is-followed',
  envelope: (claim) => ({ ...claim, messageId: 'ce_correlationid' }),
}

export default brokenEnveloped(defect)
