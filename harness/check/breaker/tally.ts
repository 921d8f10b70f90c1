import type { BreakerState } from '../../adapter.ts'
import type { BreakerClaim } from '../../claims.ts'

/** `neither`: given up, or an error that says nothing about the bus's health. */
export type Result = 'good' | 'bad' | 'neither'

/** Results of one stretch of time in one state. */
export interface Tally {
  good: number
  /** In a row where the state is closed, else all. */
  bad: number
}

/** Counts one result more. */
export function add(tally: Tally, state: BreakerState, result: Result): void {
  if (result === 'bad') tally.bad += 1
  if (result === 'good') tally.good += 1
  if (result === 'good' && state === 'closed') tally.bad = 0
}

/** The state that the counts demand; null while they demand none. */
export function demanded(
  { trip, halfOpen }: Pick<BreakerClaim<number>, 'trip' | 'halfOpen'>,
  state: BreakerState,
  { good, bad }: Tally,
): 'open' | 'closed' | null {
  if (state === 'closed') return bad >= trip.failures ? 'open' : null
  if (state !== 'half-open') return null
  if (bad >= halfOpen.reopenOn) return 'open'
  return good >= halfOpen.closeAfter ? 'closed' : null
}
