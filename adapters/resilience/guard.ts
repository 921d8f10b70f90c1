/** What stands between a publish and its attempts: the breaker of this folder, or one that an adapter brings. */
import type { BreakerByHand, BreakerState, BusError } from '../../harness/adapter.ts'
import type { BreakerClaim } from '../../harness/claims.ts'
import { type CountingBreaker, createBreaker, type stepBreaker } from './breaker.ts'

/** How an attempt counts; `neither`: it was given up, or its error says nothing about the bus's health. */
export type AttemptResult = 'good' | 'bad' | 'neither'

/** What a failed attempt rejects with: breakers that judge by what is thrown may ask it whether it counts. */
export class FailedAttempt extends Error {
  override readonly name = 'FailedAttempt'
  readonly error: BusError
  readonly counts: boolean
  constructor(error: BusError, counts: boolean) {
    super(error.message)
    this.error = error
    this.counts = counts
  }
}

/** Whether what was thrown says something about the bus's health. */
export const counts = (error: unknown): boolean =>
  typeof error !== 'object' || error === null || !('counts' in error) || error.counts !== false

export interface Guard {
  /**
   * Makes the attempt, now or later, and settles as it does; or rejects without making it, which is a refusal. `attempt`
   * rejects with a {@link FailedAttempt}; `ended` is called just before it settles.
   */
  run<T>(attempt: (ended: (result: AttemptResult) => void) => Promise<T>): Promise<T>
  /** Whether a call made now would certainly be refused; admits nothing. */
  isOpen(): boolean
  /** Called once every publish has ended; nothing opens or closes it afterwards. */
  close(): void
  /** By hand, where it can. */
  force?(to: 'reset' | 'isolate'): void
}

export type MakeGuard = (
  claim: BreakerClaim<number>,
  onChanged: (from: BreakerState, to: BreakerState) => void,
) => Guard

/** Lets everything through. */
export const noGuard: Guard = {
  run: (attempt) => attempt(() => undefined),
  isOpen: () => false,
  close: () => undefined,
}

/** The breaker of this folder. Throws where the claim is not of failures in a row. */
export const standardGuard =
  (step: typeof stepBreaker): MakeGuard =>
  (claim, onChanged) => {
    if (!isCounting(claim))
      throw new RangeError('the shared breaker counts consecutive failures and does not support a failure rate')
    const breaker = createBreaker(claim, { step, onChanged })
    return {
      run(attempt) {
        const generation = breaker.ask()
        if (generation === null) return Promise.reject(new Error('the circuit breaker is open'))
        return attempt((result) => breaker.ended(generation, result))
      },
      isOpen: breaker.isOpen,
      close: () => breaker.force('shut-down'),
      force: breaker.force,
    }
  }

const isCounting = (claim: BreakerClaim<number>): claim is CountingBreaker => claim.trip.when === 'consecutive-failures'

export const byHand = (force: NonNullable<Guard['force']>): BreakerByHand => ({
  reset: async () => force('reset'),
  isolate: async () => force('isolate'),
})
