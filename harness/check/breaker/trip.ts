import { counted } from '../tracker/timing.ts'
import { judgeCancelled } from './cancelled.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel } from './model.ts'

/** breaker/1: it opens exactly when the claimed number of failures in a row is reached. */
export const trip = guarded((claim, ledger, report) => {
  const { failures } = claim.trip
  const model = createBreakerModel(claim, {
    changed(before, after) {
      if (before.state !== 'closed' || after.state !== 'open') return
      report.occasion()
      if (before.bad >= failures) return
      report.violation({
        message: `the breaker of ${after.node} opened after ${counted(before.bad, 'failure')} in a row, though it takes ${failures}`,
        expected: `open after ${failures} failed calls in a row`,
        actual: `${counted(before.bad, 'failed call')} in a row since ${before.since.at} ms`,
        node: after.node,
        at: after.since.at,
      })
    },
    admitted(period, { op, name }, { at }) {
      if (period.state !== 'closed' || period.due === null) return
      report.violation({
        message: `the breaker of ${period.node} let ${name} through after ${counted(period.bad, 'failure')} in a row, though ${failures} open it`,
        expected: `open at ${period.due.since.at} ms, before any further call`,
        actual: `still closed at ${at} ms`,
        op,
        node: period.node,
        at,
      })
    },
  })
  return {
    step: model.step,
    end() {
      if (claim.retry !== 'outside') return
      for (const operation of ledger.operations.all()) judgeCancelled(ledger, report, operation)
    },
  }
})
