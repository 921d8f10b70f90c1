import { createSubscriberBreaker } from '../../adapters/in-process/index.ts'
import { brokenInProcess, type InProcessDefect } from '../mutant.ts'

export const defect: InProcessDefect = {
  text: 'The breaker of a subscription lets its probe through after half of its reset time.',
  must: ['breaker/13'],
  minimal: 'rejected-once-in-an-open-group',
  parts: () => ({ breaker: (claim) => createSubscriberBreaker({ ...claim, reset: claim.reset / 2 }) }),
}

export default brokenInProcess(defect)
