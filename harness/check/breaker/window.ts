import { isRateReached, WINDOWS_TO_FORGET } from '../../breaker/tally.ts'
import type { Check } from '../check.ts'
import { counted } from '../tracker/timing.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel, type Period } from './model.ts'

/** breaker/12: what has left the window of a failure rate opens no breaker. */
export const window: Check = {
  clause: 'breaker/12',
  file: import.meta.url,
  detect: guarded((claim, ledger, report) => {
    const { trip } = claim
    if (trip.when !== 'failure-rate') return {}
    const forgetful = trip.window * WINDOWS_TO_FORGET
    /** All that there was of each period. */
    const all = new Map<Period, Whole>()
    const wholeOf = (period: Period): Whole => {
      const found = all.get(period) ?? { begun: [], failed: [], isPlain: true }
      all.set(period, found)
      return found
    }
    /** Whether all that there was would open it, and what the window has kept does not. */
    const wouldForget = ({ begun, failed }: Whole, at: number): boolean => {
      const isRecent = (one: number): boolean => at - one < forgetful
      return (
        isRateReached(trip, begun.length, failed.length) &&
        !isRateReached(trip, begun.filter(isRecent).length, failed.filter(isRecent).length)
      )
    }
    return createBreakerModel(ledger, claim, {
      admitted: (period, _call, { at }) => void wholeOf(period).begun.push(at),
      ended(period, { began, result }, { at }) {
        const whole = wholeOf(period)
        // Whether such a call was counted is for breaker/7 and /9.
        if (period !== began || result === 'neither') whole.isPlain = false
        else if (result === 'bad' && period.state === 'closed') {
          whole.failed.push(at)
          if (period.due === null && wouldForget(whole, at)) report.occasion()
        }
      },
      changed(before, after) {
        if (before.state !== 'closed' || after.state !== 'open' || before.due?.to === 'open') return
        const whole = wholeOf(before)
        const last = whole.failed.at(-1) ?? 0
        if (!whole.isPlain || !wouldForget(whole, last)) return
        const old = whole.failed.filter((at) => last - at >= forgetful)
        report.violation({
          message: `the breaker of ${after.node} opened because of failures that had left its window`,
          expected: `open when more than ${trip.above} % of at least ${trip.calls} calls in ${trip.window} ms have failed`,
          actual: `${counted(whole.failed.length, 'failure')} of ${counted(whole.begun.length, 'call')}, ${old.length} of them older than that`,
          node: after.node,
          at: after.since.at,
        })
      },
    })
  }),
}

interface Whole {
  /** When its calls were let in, and when failures came, ms. */
  readonly begun: number[]
  readonly failed: number[]
  /** Whether each of its calls began and ended in it, and counted. */
  isPlain: boolean
}
