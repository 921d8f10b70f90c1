/** The breaker of one subscription, which handles one message at a time, so that a probe is alone by itself. */
import type { SubscriberBreakerClaim } from '../../harness/claims.ts'

export interface SubscriberBreaker {
  /** How long the subscription must still be let alone, ms; 0 while it is closed or lets a probe through. */
  rest(): number
  /** A handler ended. */
  ended(succeeded: boolean): void
}

export function createSubscriberBreaker({ failures, reset }: SubscriberBreakerClaim<number>): SubscriberBreaker {
  let inARow = 0
  let until = 0
  return {
    // To the microsecond, or the sum of two times would be a little more than its parts.
    rest: () => Math.max(0, Math.round((until - performance.now()) * 1_000) / 1_000),
    ended(succeeded) {
      inARow = succeeded ? 0 : inARow + 1
      // A probe that fails is one more in the row that opened it.
      if (inARow >= failures) until = performance.now() + reset
    },
  }
}
