import type { BreakerState } from '../adapter.ts'
import type { RateTrip } from '../claims/breaker.ts'
import type { BreakerClaim } from '../claims.ts'

/** `neither`: given up, or an error that says nothing about the bus's health. */
export type Result = 'good' | 'bad' | 'neither'

type Counting = Pick<BreakerClaim<number>, 'trip' | 'halfOpen'>

/** Results of one stretch of time in one state. */
export interface Tally {
  good: number
  /** In a row where the state is closed and failures in a row trip it, else all. */
  bad: number
  /** Where a rate trips it: when the calls of its window were let in, and when failures came, ms. */
  recent: { readonly begun: readonly number[]; readonly failed: readonly number[] }
}

/** What has left a window for so many of its lengths counts no more, also where the window moves in steps. */
export const WINDOWS_TO_FORGET = 1.25

const NONE: Tally['recent'] = { begun: [], failed: [] }

export const newTally = (): Tally => ({ good: 0, bad: 0, recent: NONE })

const measures = ({ trip }: Counting, state: BreakerState): boolean =>
  state === 'closed' && trip.when === 'failure-rate'

/** Counts one call more that was let in at `at`, ms. */
export function begin(claim: Counting, state: BreakerState, tally: Tally, at: number): void {
  if (!measures(claim, state)) return
  tally.recent = { ...tally.recent, begun: [...tally.recent.begun, at] }
}

/** Counts one result more, and says what state the counts demand; null while they demand none. */
export function count(
  claim: Counting,
  state: BreakerState,
  tally: Tally,
  result: Result,
  at: number,
): 'open' | 'closed' | null {
  if (result === 'bad') tally.bad += 1
  if (result === 'good') tally.good += 1
  if (state === 'closed') return trips(claim, tally, result, at) ? 'open' : null
  if (state !== 'half-open') return null
  if (tally.bad >= claim.halfOpen.reopenOn) return 'open'
  return tally.good >= claim.halfOpen.closeAfter ? 'closed' : null
}

function trips({ trip }: Counting, tally: Tally, result: Result, at: number): boolean {
  if (trip.when === 'consecutive-failures') {
    if (result === 'good') tally.bad = 0
    return tally.bad >= trip.failures
  }
  if (result !== 'bad') return false
  const isRecent = (one: number): boolean => at - one < trip.window
  const begun = tally.recent.begun.filter(isRecent)
  const failed = [...tally.recent.failed.filter(isRecent), at]
  tally.recent = { begun, failed }
  return isRateReached(trip, begun.length, failed.length)
}

/** Whether so many failures of so many calls open it. */
export const isRateReached = ({ calls, above }: RateTrip<number>, begun: number, failed: number): boolean =>
  begun >= calls && failed * 100 > above * begun
