/** The bus of ONEX inside one process, for development and tests: no broker, no network, no client library. */
import type { BusAdapter } from '../../harness/adapter.ts'
import { settable } from '../../harness/claims.ts'
import { CODES, resilientClaims } from '../resilience/index.ts'
import { createInProcessBus } from './bus.ts'

const { publish, consume, close, recovery, handling, deadLetter } = resilientClaims

const inProcess: BusAdapter = {
  name: 'in-process',
  system: 'in-process',
  claims: {
    ...{ publish, consume, close, recovery, handling, deadLetter },
    delivery: 'at-least-once',
    ordering: 'total',
    messages: { tombstones: true, repeatedHeaders: true, maxBytes: 1_048_576 },
    errors: { codes: [CODES.invalid, CODES.closed, CODES.aborted] },
    subscriberBreaker: { failures: settable(5, 1, 100), reset: settable(30_000, 50, 3_600_000) },
  },
  open: async (site) => createInProcessBus(site),
}

export { createSubscriberBreaker, type SubscriberBreaker } from './breaker.ts'
export {
  createInProcessBus,
  HISTORY_SIZE,
  type InProcessBus,
  type InProcessOptions,
  type InProcessParts,
} from './bus.ts'
export { createSubscription, type Stored, type Subscription, type SubscriptionOptions } from './subscription.ts'
export default inProcess
