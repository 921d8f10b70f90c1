import { createSubscriberBreaker } from '../../adapters/in-process/index.ts'
import { brokenInProcess, type InProcessDefect } from '../mutant.ts'

export const defect: InProcessDefect = {
  text: 'The breaker of a subscription opens one failure before its threshold.',
  must: ['breaker/13'],
  minimal: 'rejected-once-of-two',
  parts: () => ({
    breaker: (claim) => createSubscriberBreaker({ ...claim, failures: Math.max(1, claim.failures - 1) }),
  }),
}

export default brokenInProcess(defect)
