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
    /** All that there was of each period, ms. */
    const all = new Map<Period, { begun: number; readonly failed: number[] }>()
    const of = (period: Period) => {
      const found = all.get(period) ?? { begun: 0, failed: [] }
      all.set(period, found)
      return found
    }
    return createBreakerModel(ledger, claim, {
      admitted(period) {
        of(period).begun += 1
      },
      ended(period, { began, result }, { at }) {
        if (period !== began || result !== 'bad' || period.state !== 'closed') return
        const { failed } = of(period)
        const [first] = failed
        if (first !== undefined && at - first >= trip.window) report.occasion()
        failed.push(at)
      },
      changed(before, after) {
        if (before.state !== 'closed' || after.state !== 'open' || before.due?.to === 'open') return
        const { begun, failed } = of(before)
        const last = failed.at(-1) ?? 0
        const old = failed.filter((at) => last - at >= trip.window)
        const wouldOpen = begun >= trip.calls && failed.length * 100 > trip.above * begun
        if (old.length === 0 || !wouldOpen) return
        report.violation({
          message: `the breaker of ${after.node} opened because of failures that had left its window`,
          expected: `open when more than ${trip.above} % of at least ${trip.calls} calls in ${trip.window} ms have failed`,
          actual: `${counted(failed.length, 'failure')} of ${counted(begun, 'call')}, ${old.length} of them older than that`,
          node: after.node,
          at: after.since.at,
        })
      },
    })
  }),
}
