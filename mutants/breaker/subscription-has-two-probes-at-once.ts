import { createSubscription } from '../../adapters/in-process/index.ts'
import { brokenInProcess, type InProcessDefect } from '../mutant.ts'

export const defect: InProcessDefect = {
  text: 'A probe that has begun counts as one that succeeded, so that the next message follows while its handler still runs.',
  must: ['breaker/13'],
  may: ['delivery/1', 'delivery/13', 'dead-letter/1', 'ordering/4', 'ordering/5', 'resources/2'],
  minimal: 'slow-probe-before-another-message',
  parts: () => ({
    subscription(options) {
      let isProbe = false
      const { breaker } = options
      const { push, join } = createSubscription({
        ...options,
        breaker: {
          ...breaker,
          ended(succeeded) {
            breaker.ended(succeeded)
            isProbe = breaker.rest() > 0
          },
        },
      })
      return {
        push,
        join: (consumer, handle) =>
          join(consumer, async (delivery) => {
            const handled = handle(delivery)
            if (isProbe) handled.catch(() => undefined)
            else await handled
          }),
      }
    },
  }),
}

export default brokenInProcess(defect)
