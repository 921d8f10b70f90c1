import { exposingMore, HANDLED } from '../metrics-parts.ts'
import { brokenObserved, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Every call of a handler counts as handled, however it ends.',
  must: ['health/5'],
  minimal: 'handler-throws-once',
  bus(bus) {
    let failed = 0
    return {
      ...exposingMore(bus, HANDLED, () => failed),
      subscribe: (subscription, handle) =>
        bus.subscribe(subscription, async (delivery) => {
          try {
            await handle(delivery)
          } catch (error) {
            failed += 1
            throw error
          }
        }),
    }
  },
}

export default brokenObserved(defect)
