import type { BreakerState } from '../../../harness/adapter.ts'
import type { BreakerClaim } from '../../../harness/claims.ts'

/** Leave to make one call; it ends once. */
export interface Permit {
  end(how: 'good' | 'bad' | 'neither'): void
}

export interface RateBreaker {
  /** Whether a call would certainly be refused now. */
  refuses(): boolean
  /** Null if the call is refused. */
  admit(): Permit | null
  shutDown(): void
}

export function createRateBreaker(
  { trip, reset, halfOpen }: BreakerClaim<number>,
  changed: (from: BreakerState, to: BreakerState) => void,
): RateBreaker {
  if (trip.when !== 'failure-rate') throw new RangeError('this breaker opens by the rate of failures')
  let state: BreakerState = 'closed'
  /** Ends of what was let in before the last change count for nothing. */
  let period = 0
  let openUntil = 0
  /** When calls were let in, and when failures came. */
  let calls: number[] = []
  let failures: number[] = []
  let probes = { inFlight: 0, good: 0, bad: 0 }

  const turn = (to: BreakerState): void => {
    const from = state
    state = to
    period += 1
    calls = []
    failures = []
    probes = { inFlight: 0, good: 0, bad: 0 }
    changed(from, to)
  }
  const trips = (now: number): void => {
    openUntil = now + reset
    turn('open')
  }
  const failedWhileClosed = (now: number): void => {
    const isRecent = (at: number): boolean => at > now - trip.window
    calls = calls.filter(isRecent)
    failures = [...failures.filter(isRecent), now]
    if (calls.length >= trip.calls && (100 * failures.length) / calls.length > trip.above) trips(now)
  }
  const probed = (how: 'good' | 'bad' | 'neither'): void => {
    probes.inFlight -= 1
    if (how === 'neither') return
    probes[how] += 1
    if (probes.bad >= halfOpen.reopenOn) trips(performance.now())
    else if (probes.good >= halfOpen.closeAfter) turn('closed')
  }

  return {
    refuses: () => state === 'shut-down' || (state === 'open' && performance.now() < openUntil),
    admit() {
      const now = performance.now()
      if (state === 'open' && now >= openUntil) turn('half-open')
      if (state === 'closed') calls.push(now)
      else if (state === 'half-open' && probes.inFlight < halfOpen.permits) probes.inFlight += 1
      else return null
      const mine = period
      return {
        end(how) {
          if (mine !== period) return
          if (state === 'half-open') probed(how)
          else if (how === 'bad') failedWhileClosed(performance.now())
        },
      }
    },
    shutDown: () => turn('shut-down'),
  }
}
