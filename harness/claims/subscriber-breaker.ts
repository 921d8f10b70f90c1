import { z } from 'zod'
import type { ClaimDescriptor } from './descriptor.ts'
import type { Figure } from './figure.ts'
import { atMost, first, whole } from './rules.ts'

/**
 * Each subscription has a breaker of its own. A subscription is a group on one topic of one bus: all its members share the breaker,
 * which outlives them.
 */
export interface SubscriberBreakerClaim<F = Figure> {
  /** Calls of its handlers that reject in a row, retries and permanent errors included, after which it opens; a success restarts the count. */
  readonly failures: F
  /**
   * Time from the failure that opened it until one message is tried again, the probe. Its success closes the breaker, its failure opens
   * it again. Messages that come meanwhile wait, in order.
   */
  readonly reset: F
}

export interface SubscriberBreakerPart<F> {
  readonly subscriberBreaker?: SubscriberBreakerClaim<F>
}

export interface SubscriberBreakerMessage {
  /**
   * Index of the only group whose handlers do what the message's outcome says; those of the others take it. -1 or absent: all groups.
   * Only if `subscriberBreaker` is claimed.
   */
  readonly rejectedBy?: number
}

export const subscriberBreaker = {
  shape: (figure) => z.strictObject({ failures: figure, reset: figure }),
  contradiction: ({ failures, reset }, { recovery }) =>
    first([
      whole('subscriberBreaker.failures', failures, 1),
      atMost(['subscriberBreaker.reset', reset], ['recovery.deadline', recovery.deadline]),
    ]),
  settings: {
    'subscriberBreaker.failures': [2, 3, 5, 1],
    'subscriberBreaker.reset': { simulated: [300, 200, 500, 800], real: [300, 400, 600] },
  },
  conditions: {
    'subscriber-breaker': {
      options: {
        rejectedBy: {
          shape: z.int().min(-1),
          values: [-1, 0, 1],
          weight: (group) => (group === 0 ? 2 : 1),
          lacks: 'no breaker for each subscription claimed',
        },
      },
    },
  },
  docs: 'each subscription, a group on one topic, has a breaker of its own, which opens after `failures` rejections of its handlers in a row; for `reset` it then gets [nothing](adapter.md#a-breaker-for-each-subscription), after that one message as a probe; what comes meanwhile waits, and other subscriptions do not notice',
} satisfies ClaimDescriptor<'subscriberBreaker'>
