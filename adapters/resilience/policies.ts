/** The decisions of the shared resilience, each replaceable: an adapter may bring its own breaker, say. */
import type { Message } from '../../harness/adapter.ts'
import type { RetryClaim } from '../../harness/claims.ts'
import { backOff } from './back-off.ts'
import { stepBreaker } from './breaker.ts'
import { deadLetterFor } from './dead-letter.ts'
import type { MakeGuard } from './guard.ts'
import { type QueuePolicy, standardQueue } from './queue.ts'

export interface Policies {
  readonly backOff: typeof backOff
  readonly stepBreaker: typeof stepBreaker
  /** A breaker instead of the one that steps by `stepBreaker`. */
  readonly guard?: MakeGuard
  readonly deadLetterFor: typeof deadLetterFor
  /** Only if degradation is claimed. */
  readonly queue: QueuePolicy
  /** Publishes with one ordering key go one after another, so that a retry is never overtaken; null for none. */
  readonly orderingKeyOf: (message: Message) => string | null
  /**
   * Messages of one partition whose ordering keys differ, or that have none, are handled in parallel; default: one after
   * another.
   */
  readonly sideBySide?: (message: Message) => string | null
}

/** The wait before the next attempt if no back-off is claimed, ms. */
const UNCLAIMED = 100

/** The wait before retry `n` (from 0), ms. */
export const pauseBefore = (
  n: number,
  { claim, backOff }: { readonly claim: RetryClaim<number> | undefined } & Pick<Policies, 'backOff'>,
): number => (claim === undefined ? UNCLAIMED : backOff(claim, n, Math.random))

export const standardPolicies: Policies = {
  backOff,
  stepBreaker,
  deadLetterFor,
  queue: standardQueue,
  orderingKeyOf: (message) =>
    message.key === null ? null : `${message.topic}\n${Buffer.from(message.key).toString('latin1')}`,
}
