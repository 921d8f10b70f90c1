import { fieldOf, withClaimed } from '../envelope-parts.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A wrong number is found when the message is sent, after the attempt began.',
  must: ['envelope/3'],
  minimal: 'nothing',
  envelope: (claim) => withClaimed(claim, 'ce_hops', () => ({ type: 'text', absent: { value: '0' } })),
  send: (send) => (message, attempt) => {
    if (/^\d{1,2}$|^1\d\d$|^2[0-4]\d$|^25[0-5]$/.test(fieldOf(message, 'ce_hops') ?? '')) return send(message, attempt)
    throw Object.assign(new Error('ce_hops is no number from 0 to 255'), {
      code: 'INVALID_MESSAGE',
      effect: 'none',
      retryable: false,
    })
  },
}

export default brokenEnveloped(defect)
