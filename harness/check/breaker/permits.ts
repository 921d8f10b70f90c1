import type { Check } from '../check.ts'
import { createExcess } from './excess.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel, type Period } from './model.ts'

/** breaker/4: while half-open, at most the claimed number of probes is in flight, including the call that made it half-open. */
export const permits: Check = {
  clause: 'breaker/4',
  file: import.meta.url,
  detect: guarded((claim, ledger, report) => {
    const most = claim.halfOpen.permits
    const excess = createExcess(claim, ledger)
    /** Periods in which a call asked to be let in while a probe was in flight. */
    const contended = new Set<Period>()
    const contend = (period: Period, others: number): void => {
      if (period.state !== 'half-open' || others < 1 || contended.has(period)) return
      contended.add(period)
      report.occasion()
    }
    const model = createBreakerModel(ledger, claim, {
      admitted(period, { op, name }, { at }) {
        contend(period, period.inFlight - 1)
        if (period.state !== 'half-open' || period.inFlight <= most) return
        excess.add(period, {
          message: `the half-open breaker of ${period.node} let ${name} through as probe ${period.inFlight} at once`,
          expected: `at most ${most} ${most === 1 ? 'probe' : 'probes'} in flight`,
          actual: `${period.inFlight} in flight at ${at} ms`,
          op,
          node: period.node,
          at,
        })
      },
      ended: excess.ended,
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
        excess.report(report)
      },
    }
  }),
}
