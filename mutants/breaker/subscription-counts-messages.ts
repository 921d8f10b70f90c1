import { createSubscription } from '../../adapters/in-process/index.ts'
import { brokenInProcess, type InProcessDefect } from '../mutant.ts'

export const defect: InProcessDefect = {
  text: 'The breaker of a subscription counts messages that have failed for good, and not the calls of handlers.',
  must: ['breaker/13'],
  minimal: 'tried-twice-in-a-row',
  parts: () => ({
    subscription: (options) =>
      createSubscription({
        ...options,
        breaker: {
          ...options.breaker,
          ended(succeeded) {
            if (succeeded) options.breaker.ended(true)
          },
        },
        deadLetter(failed) {
          options.breaker.ended(false)
          options.deadLetter(failed)
        },
      }),
  }),
}

export default brokenInProcess(defect)
