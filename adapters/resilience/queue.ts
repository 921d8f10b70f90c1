/** The queue of publishes while the breaker is not closed: first in, first out, bounded. Pure. */
import type { BreakerState, BusError } from '../../harness/adapter.ts'

export interface QueueState<T> {
  /** The first is sent next, and stays first until it has settled. */
  readonly waiting: readonly T[]
  /** Settled since the queue was last empty. */
  readonly recovered: number
  readonly failed: number
}

/** `kept`: it was not accepted this time, and will be retried. */
export type QueueOutcome = 'acknowledged' | 'failed' | 'kept'

export interface QueuePolicy {
  /** Whether a call made now must wait. */
  mustWait(breaker: BreakerState, waiting: number): boolean
  /** Null if it does not fit. */
  offered<T>(state: QueueState<T>, one: T, capacity: number): QueueState<T> | null
  /** The next one to try, and the rest of the queue; null if it is empty. */
  next<T>(state: QueueState<T>): { readonly one: T; readonly state: QueueState<T> } | null
  /** Whether a publish that failed like this is retried. */
  keeps(error: BusError): boolean
  ended<T>(state: QueueState<T>, one: T, how: QueueOutcome): QueueState<T>
}

export const emptyQueue: QueueState<never> = { waiting: [], recovered: 0, failed: 0 }

export const standardQueue: QueuePolicy = {
  mustWait: (breaker, waiting) => breaker !== 'closed' || waiting > 0,
  offered: (state, one, capacity) =>
    state.waiting.length >= capacity ? null : { ...state, waiting: [...state.waiting, one] },
  next(state) {
    const [one] = state.waiting
    return one === undefined ? null : { one, state }
  },
  keeps: ({ retryable }) => retryable,
  ended: (state, one, how) =>
    how === 'kept'
      ? state
      : {
          waiting: state.waiting.filter((other) => other !== one),
          recovered: state.recovered + (how === 'acknowledged' ? 1 : 0),
          failed: state.failed + (how === 'failed' ? 1 : 0),
        },
}
