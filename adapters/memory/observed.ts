/** The in-memory bus with metrics, which queues what is published while its breaker is not closed. */
import type { BusAdapter } from '../../harness/adapter.ts'
import { metricsClaim, withMetrics } from '../observability/index.ts'
import { createResilientBus } from '../resilience/index.ts'
import degraded from './degraded.ts'
import { memoryParts } from './index.ts'

const observed: BusAdapter = {
  ...degraded,
  name: 'memory, with metrics',
  claims: { ...degraded.claims, metrics: metricsClaim(degraded.claims) },
  open: (site) => Promise.resolve(withMetrics(site, (inner) => createResilientBus(inner, memoryParts(inner)))),
}

export default observed
