import { createSubscriberBreaker } from '../../adapters/in-process/index.ts'
import { brokenInProcess, type InProcessDefect } from '../mutant.ts'

export const defect: InProcessDefect = {
  text: 'A success does not restart the count, so that the breaker of a subscription opens at failures that are not in a row.',
  must: ['breaker/13'],
  minimal: 'succeeds-between-two-failures',
  parts: () => ({
    breaker(claim) {
      const breaker = createSubscriberBreaker(claim)
      let failed = 0
      return {
        ...breaker,
        ended(succeeded) {
          failed += succeeded ? 0 : 1
          if (succeeded && failed < claim.failures) return
          if (succeeded) failed = 0
          breaker.ended(succeeded)
        },
      }
    },
  }),
}

export default brokenInProcess(defect)
