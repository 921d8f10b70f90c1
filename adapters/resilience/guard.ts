/** Guards the attempts of a publish: the breaker of this folder, or one that an adapter provides. */
import type { BreakerByHand, BreakerState, BusError } from '../../harness/adapter.ts'
import type { BreakerClaim } from '../../harness/claims.ts'
import { type CountingBreaker, createBreaker, type stepBreaker } from './breaker.ts'

/** How an attempt counts; `neither`: it was cancelled, or its error says nothing about the health of the bus. */
export type AttemptResult = 'good' | 'bad' | 'neither'

/** The rejection of a failed attempt. A breaker that judges by thrown errors can ask it whether it counts. */
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

/** Whether a thrown error says something about the health of the bus. */
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
  /** Called after every publish has ended; nothing opens or closes it afterwards. */
  close(): void
  /** Operation by hand, if supported. */
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

/** The breaker of this folder. Throws if the claim does not count consecutive failures. */
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
