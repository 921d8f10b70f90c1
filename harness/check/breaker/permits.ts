import type { Breach, Check } from '../check.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel, type Period } from './model.ts'

/** breaker/4: while half-open, at most the claimed number of probes is in flight, including the call that made it half-open. */
export const permits: Check = {
  clause: 'breaker/4',
  file: import.meta.url,
  detect: guarded((claim, ledger, report) => {
    const most = claim.halfOpen.permits
    // A publish that is given up while it waits for its next attempt frees its permit before its caller learns of it.
    const isToldLate = claim.retry === 'inside'
    /** Periods in which a call asked to be let in while a probe was in flight. */
    const contended = new Set<Period>()
    const contend = (period: Period, others: number): void => {
      if (period.state !== 'half-open' || others < 1 || contended.has(period)) return
      contended.add(period)
      report.occasion()
    }
    /** Probes beyond the permits, until it is known whether one of the others had been given up by then. */
    const excess: { readonly period: Period; readonly at: number; readonly violation: Breach }[] = []
    const model = createBreakerModel(ledger, claim, {
      admitted(period, { op, name }, { at }) {
        contend(period, period.inFlight - 1)
        if (period.state !== 'half-open' || period.inFlight <= most) return
        const violation = {
          message: `the half-open breaker of ${period.node} let ${name} through as probe ${period.inFlight} at once`,
          expected: `at most ${most} ${most === 1 ? 'probe' : 'probes'} in flight`,
          actual: `${period.inFlight} in flight at ${at} ms`,
          op,
          node: period.node,
          at,
        }
        excess.push({ period, at, violation })
      },
      ended(_period, { result, began }, { at }) {
        if (!isToldLate || result !== 'neither') return
        const excused = excess.findIndex((one) => one.period === began && at - one.at <= ledger.run.slack)
        if (excused >= 0) excess.splice(excused, 1)
      },
    })
    return {
      takes: [...model.takes, 'publish'],
      step(event, moment) {
        model.step(event, moment)
        const isCall = event.type === 'publish' || (event.type === 'published' && event.error?.code === claim.code)
        if (!isCall) return
        const period = model.period(event.node)
        contend(period, period.inFlight)
      },
      end() {
        for (const { violation } of excess) report.violation(violation)
      },
    }
  }),
}
