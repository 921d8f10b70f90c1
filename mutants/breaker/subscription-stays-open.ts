import { createSubscriberBreaker } from '../../adapters/in-process/index.ts'
import { brokenInProcess, type InProcessDefect } from '../mutant.ts'

export const defect: InProcessDefect = {
  text: 'Once the breaker of a subscription has opened, it lets one message through after each reset time, and never closes.',
  must: ['breaker/13'],
  may: ['delivery/13'],
  minimal: 'probe-succeeds-before-another-message',
  parts: () => ({
    breaker(claim) {
      const breaker = createSubscriberBreaker({ ...claim, failures: 1 })
      let failed = 0
      return {
        ...breaker,
        ended(succeeded) {
          if (failed < claim.failures) failed = succeeded ? 0 : failed + 1
          breaker.ended(failed < claim.failures)
        },
      }
    },
  }),
}

export default brokenInProcess(defect)
