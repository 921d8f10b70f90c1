/** The breaker of one subscription, which handles one message at a time: whoever lets it rest needs neither clock nor timer here. */
import type { SubscriberBreakerClaim } from '../../harness/claims.ts'

export interface SubscriberBreaker {
  /** A handler ended. Returns how long its subscription must now be let alone, ms; 0 unless the breaker opened. */
  ended(succeeded: boolean): number
}

export function createSubscriberBreaker({ failures, reset }: SubscriberBreakerClaim<number>): SubscriberBreaker {
  let inARow = 0
  return {
    ended(succeeded) {
      inARow = succeeded ? 0 : inARow + 1
      // Once it has opened the next message is a probe, whose failure is one more in the same row.
      return inARow >= failures ? reset : 0
    },
  }
}
