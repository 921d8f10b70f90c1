import type { Check } from '../check.ts'
import type { EventOf } from '../event.ts'
import { earliest, rounded } from '../tracker/timing.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel } from './model.ts'
import { createRefusals } from './refused-alone.ts'

/** breaker/3: the breaker does not turn half-open before its reset time is over and, given a call, not much later. */
export const reset: Check = {
  clause: 'breaker/3',
  file: import.meta.url,
  detect: guarded((claim, ledger, report) => {
    const refusals = createRefusals(claim.code)
    const model = createBreakerModel(ledger, claim, {
      changed(before, after) {
        if (before.state !== 'open' || after.state !== 'half-open') return
        report.occasion()
        if (after.since.at - before.cause >= earliest(ledger.run, claim.reset)) return
        report.violation({
          message: `the breaker of ${after.node} turned half-open too early`,
          expected: `open for at least ${claim.reset} ms`,
          actual: `open at ${before.since.at} ms, half-open at ${after.since.at} ms`,
          node: after.node,
          at: after.since.at,
        })
      },
    })

    /** A refusal comes at once, so the publish asked when it settled, whether it was new or had waited for a retry. */
    const judgeRefusal = ({ op, node, at }: EventOf<'published'>): void => {
      const { state, since } = model.period(node)
      const due = since.at + claim.reset
      if (state !== 'open' || at <= due + ledger.run.slack) return
      report.occasion()
      report.violation({
        message: `the breaker of ${node} refused ${op}, although its reset time was long over`,
        expected: `half-open on the first call after ${rounded(due)} ms`,
        actual: `${op} refused at ${at} ms, with the breaker open since ${since.at} ms`,
        op,
        node,
        at,
      })
    }

    return {
      takes: [...model.takes, ...refusals.takes],
      step(event, moment) {
        model.step(event, moment)
        if (refusals.refused(event)) judgeRefusal(event)
      },
    }
  }),
}
