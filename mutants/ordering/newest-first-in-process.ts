import { createSubscription, type Stored } from '../../adapters/in-process/index.ts'
import { brokenInProcess, type InProcessDefect } from '../mutant.ts'

export const defect: InProcessDefect = {
  text: 'What is published to a subscription at one moment waits on a stack, and is delivered last in, first out.',
  must: ['ordering/2'],
  may: ['ordering/1', 'ordering/3', 'ordering/5'],
  minimal: 'two-messages',
  parts: () => ({
    subscription(options) {
      const { push, join } = createSubscription(options)
      const stack: Stored[] = []
      return {
        join,
        push(stored) {
          stack.push(stored)
          if (stack.length === 1) setTimeout(() => stack.splice(0).reverse().forEach(push), 0)
        },
      }
    },
  }),
}

export default brokenInProcess(defect)
