import { createSubscriberBreaker } from '../../adapters/in-process/index.ts'
import { brokenInProcess, type InProcessDefect } from '../mutant.ts'

export const defect: InProcessDefect = {
  text: 'The breaker of a subscription opens one failure after its threshold.',
  must: ['breaker/13'],
  minimal: 'rejected-once-in-an-open-group',
  parts: () => ({ breaker: (claim) => createSubscriberBreaker({ ...claim, failures: claim.failures + 1 }) }),
}

export default brokenInProcess(defect)
