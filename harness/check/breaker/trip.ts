import type { Check } from '../check.ts'
import { judgeCancelled } from './cancelled.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel } from './model.ts'
import { listed, tripWords, uncounted } from './trip-words.ts'

/** breaker/1: the breaker opens exactly at the claimed number of consecutive failures, or the claimed failure rate. */
export const trip: Check = {
  clause: 'breaker/1',
  file: import.meta.url,
  detect: guarded((claim, ledger, report) => {
    const { isReached, counts, open, needed } = tripWords(claim.trip)
    const apart = uncounted(ledger)
    const model = createBreakerModel(ledger, claim, {
      ended: apart.ended,
      changed(before, after) {
        if (before.state !== 'closed' || after.state !== 'open') return
        report.occasion()
        if (isReached(before)) return
        report.violation({
          message: `the breaker of ${after.node} opened after ${counts(before, 'countable failure')}, but its threshold is ${needed}`,
          expected: open,
          actual: listed(`opened after ${counts(before, 'failed call')}`, apart.sentence(before)),
          others: apart.ops(before),
          node: after.node,
          at: after.since.at,
        })
      },
      admitted(period, { op, name }, { at }) {
        if (period.state !== 'closed' || period.due === null) return
        report.violation({
          message: `the breaker of ${period.node} let ${name} through after ${counts(period, 'failure')}, but ${needed} must open it`,
          expected: `open at ${period.due.since.at} ms, before any further call`,
          actual: `still closed at ${at} ms`,
          op,
          node: period.node,
          at,
        })
      },
    })
    return {
      takes: model.takes,
      step: model.step,
      end() {
        if (claim.retry !== 'outside') return
        for (const operation of ledger.operations.all()) judgeCancelled(ledger, report, operation)
      },
    }
  }),
}
