import { ACKNOWLEDGED, exposing, withValues } from '../metrics-parts.ts'
import { brokenObserved, type Defect } from '../mutant.ts'

let acknowledged = 0

export const defect: Defect = {
  text: 'The counter of acknowledged publishes is one of all buses in the process.',
  must: ['health/5'],
  minimal: 'acknowledged-before-another-node-sends',
  bus: (bus) => ({
    ...exposing(bus, (text) => withValues(text, ACKNOWLEDGED, () => acknowledged)),
    async publish(message, options) {
      const receipt = await bus.publish(message, options)
      if (receipt.status === 'acknowledged') acknowledged += 1
      return receipt
    },
  }),
}

export default brokenObserved(defect)
