import { createSubscriberBreaker } from '../../adapters/in-process/index.ts'
import { brokenInProcess, type InProcessDefect } from '../mutant.ts'

/** ms. */
const FOR_EVER = 3_600_000

export const defect: InProcessDefect = {
  text: 'Once the breaker of a subscription has opened, no reset time ends it.',
  must: ['breaker/13'],
  may: ['delivery/1', 'delivery/5', 'delivery/13'],
  minimal: 'rejected-once-in-an-open-group',
  parts: () => ({ breaker: (claim) => createSubscriberBreaker({ ...claim, reset: FOR_EVER }) }),
}

export default brokenInProcess(defect)
