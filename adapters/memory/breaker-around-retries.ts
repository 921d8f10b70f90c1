/** The in-memory bus whose breaker wraps the retries: a publish counts once, however many attempts it took. */
import type { BusAdapter } from '../../harness/adapter.ts'
import memory from './index.ts'

const breakerAroundRetries: BusAdapter = {
  ...memory,
  name: 'memory, breaker around retries',
  claims: {
    ...memory.claims,
    ...(memory.claims.breaker === undefined ? {} : { breaker: { ...memory.claims.breaker, retry: 'inside' } }),
  },
}

export default breakerAroundRetries
