import { createSubscription } from '../../adapters/in-process/index.ts'
import { brokenInProcess, type InProcessDefect } from '../mutant.ts'

export const defect: InProcessDefect = {
  text: 'While the breaker of a subscription is open, the bus passes it over: what is published meanwhile never reaches it.',
  must: ['breaker/13'],
  may: ['delivery/1', 'delivery/5', 'delivery/13'],
  minimal: 'rejected-once-in-an-open-group',
  parts: () => ({
    subscription(options) {
      const { push, join } = createSubscription(options)
      return {
        join,
        push(stored) {
          if (options.breaker.rest() === 0) push(stored)
        },
      }
    },
  }),
}

export default brokenInProcess(defect)
