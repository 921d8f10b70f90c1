import { ACKNOWLEDGED, exposingMore } from '../metrics-parts.ts'
import { brokenObserved, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A publish that is queued counts as acknowledged at once, and again when it was.',
  must: ['health/5'],
  minimal: 'metrics-of-a-queue',
  bus(bus) {
    let queued = 0
    return {
      ...exposingMore(bus, ACKNOWLEDGED, () => queued),
      async publish(message, options) {
        const receipt = await bus.publish(message, options)
        if (receipt.status === 'queued') queued += 1
        return receipt
      },
    }
  },
}

export default brokenObserved(defect)
