import { createSubscriberBreaker } from '../../adapters/in-process/index.ts'
import { brokenInProcess, type InProcessDefect } from '../mutant.ts'

export const defect: InProcessDefect = {
  text: 'The breaker of a subscription counts failures, and nobody asks whether it is open.',
  must: ['breaker/13'],
  minimal: 'rejected-once-in-an-open-group',
  parts: () => ({ breaker: (claim) => ({ ...createSubscriberBreaker(claim), rest: () => 0 }) }),
}

export default brokenInProcess(defect)
