/** One publish, and what ends it early. */
import type { BusError, Message } from '../../harness/adapter.ts'
import { CODES, ResilienceError, toBusError, withUnknownEffect } from './errors.ts'
import { FailedAttempt } from './guard.ts'

export type StopReason = 'aborted' | 'deadline' | 'closed'

/** One publish, from the call until it settles. */
export interface Publication {
  readonly op: string
  readonly message: Message
  readonly dedup: string
  readonly stop: AbortController
  /** Rejects when it is stopped. */
  readonly stopped: Promise<never>
  attempting: boolean
  /** Set if a failed attempt may have succeeded. */
  effect: 'none' | 'unknown'
  /** Of the last attempt that failed: the cause of whatever ends the publish before another one. */
  failure: BusError | null
}

/** What an error that ends a publish tells of its attempts. */
type Attempts = Pick<Publication, 'effect' | 'failure'>

export const UNTRIED: Attempts = { effect: 'none', failure: null }

const options = ({ effect, failure }: Attempts, retryable: boolean) => ({
  effect,
  retryable,
  ...(failure === null ? {} : { cause: failure }),
})

export function newPublication(op: string, message: Message, dedup: string): Publication {
  const stop = new AbortController()
  let rejectStopped = (_error: BusError): void => undefined
  const stopped = new Promise<never>((_, reject) => {
    rejectStopped = reject
  })
  // It may reject when nothing awaits it any more.
  stopped.catch(() => undefined)
  const publication: Publication = { op, message, dedup, stop, stopped, attempting: false, ...UNTRIED }
  const { signal } = stop
  signal.addEventListener('abort', () => rejectStopped(stopError(signal.reason, publication)), { once: true })
  return publication
}

export const refusal = (attempts: Attempts): ResilienceError =>
  new ResilienceError(CODES.breakerOpen, 'the circuit breaker is open', options(attempts, true))

const STOPS: Readonly<Record<StopReason, { code: string; message: string }>> = {
  aborted: { code: CODES.aborted, message: 'the publish was aborted' },
  deadline: { code: CODES.deadline, message: 'the publish took longer than it may' },
  closed: { code: CODES.closed, message: 'the bus is closed' },
}

export const stopError = (reason: StopReason, attempts: Attempts): ResilienceError =>
  new ResilienceError(STOPS[reason].code, STOPS[reason].message, options(attempts, reason === 'deadline'))

/** The error of a failed attempt; its effect is that of all attempts of its publish. */
export function errorOf({ effect }: Publication, thrown: unknown): BusError {
  const error = thrown instanceof FailedAttempt ? thrown.error : toBusError(thrown)
  return effect === 'unknown' ? withUnknownEffect(error) : error
}
