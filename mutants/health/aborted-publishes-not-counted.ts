import { exposingMore, FAILED } from '../metrics-parts.ts'
import { brokenObserved, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A publish that its caller aborts counts neither as acknowledged nor as failed.',
  must: ['health/5'],
  minimal: 'aborted-at-once',
  bus(bus) {
    let aborted = 0
    return {
      ...exposingMore(bus, FAILED, () => -aborted),
      async publish(message, options) {
        try {
          return await bus.publish(message, options)
        } catch (error) {
          if (options.signal?.aborted === true) aborted += 1
          throw error
        }
      },
    }
  },
}

export default brokenObserved(defect)
