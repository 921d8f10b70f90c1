import type { BusError } from '../../harness/adapter.ts'
import { brokenEnveloped, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Publishes that fail together get one error, with the correlation id of the first of them.',
  must: ['envelope/5'],
  minimal: 'two-publishes-refused-no-retries',
  bus(bus) {
    let shared: { readonly until: number; readonly correlationId: string } | null = null
    return {
      ...bus,
      publish: (message, options) =>
        bus.publish(message, options).catch((error: BusError) => {
          const now = performance.now()
          if (shared === null || shared.until < now)
            shared = { until: now + 500, correlationId: error.correlationId ?? '' }
          throw Object.assign(error, { correlationId: shared.correlationId })
        }),
    }
  },
}

export default brokenEnveloped(defect)
