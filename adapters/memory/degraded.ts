/** The in-memory bus that queues what is published while its breaker is not closed. */
import type { BusAdapter } from '../../harness/adapter.ts'
import { settable } from '../../harness/claims.ts'
import memory from './index.ts'

const QUEUE_FULL = 'QUEUE_FULL'

const degraded: BusAdapter = {
  ...memory,
  name: 'memory, degraded',
  claims: {
    ...memory.claims,
    errors: { codes: [...memory.claims.errors.codes, QUEUE_FULL] },
    degradation: { capacity: settable(1_000, 1, 10_000), code: QUEUE_FULL },
  },
}

export default degraded
