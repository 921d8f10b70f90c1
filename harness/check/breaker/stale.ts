import type { Check } from '../check.ts'
import { counted } from '../tracker/timing.ts'
import { createExcess } from './excess.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel, type Period } from './model.ts'
import { type Deviation, type Suspicion, suspecting } from './suspects.ts'

const COUNTS_ALL: Suspicion = { text: () => 'counted late results', counts: (result) => [result] }

/** breaker/7: the result of a call that was let in before the last change of state changes nothing. */
export const stale: Check = {
  clause: 'breaker/7',
  file: import.meta.url,
  detect: guarded((claim, ledger, report) => {
    const expected = 'nothing changed by results of calls that were let in before the state last changed'
    /** Late results by the period that they came in. */
    const late = new Map<Period, number>()
    /** When the last late success came, by period, ms. */
    const goodAt = new Map<Period, number>()
    const lateIn = (period: Period): number => late.get(period) ?? 0

    const blame = ({ period, to, call, moment }: Deviation): void => {
      const did = to === null ? `stayed ${period.state}` : `went from ${period.state} to ${to}`
      report.violation({
        message: `the breaker of ${period.node} ${did} because of a result that came too late to count`,
        expected,
        actual: `since ${period.since.at} ms ${counted(period.good, 'good result')} and ${counted(period.bad, 'bad one')} of its own, and ${counted(lateIn(period), 'late result')}`,
        node: period.node,
        at: moment.at,
        op: call?.op,
      })
    }
    const suspects = suspecting(claim, [COUNTS_ALL], blame)

    const excess = createExcess(claim, ledger)
    const model = createBreakerModel(ledger, claim, {
      ...suspects,
      admitted(period, call, moment) {
        suspects.admitted(period, call, moment)
        const most = claim.halfOpen.permits
        const above = period.inFlight - most
        if (period.state !== 'half-open' || above < 1 || above > lateIn(period)) return
        excess.add(period, {
          message: `the half-open breaker of ${period.node} let ${call.name} through for a permit that a call of an earlier state returned`,
          expected,
          actual: `${period.inFlight} probes in flight at ${moment.at} ms, but at most ${most} are allowed`,
          op: call.op,
          node: period.node,
          at: moment.at,
        })
      },
      ended(period, call, moment) {
        if (call.began !== period) {
          report.occasion()
          const isKind = period.state === 'open' || period.state === 'half-open'
          if (isKind && call.result === 'good') report.kind(`a late success while ${period.state}`)
          if (isKind && call.result === 'bad') report.kind(`a late failure while ${period.state}`)
          late.set(period, lateIn(period) + 1)
          if (call.result === 'good') goodAt.set(period, moment.at)
        }
        suspects.ended(period, call, moment)
        excess.ended(period, call, moment)
      },
      changed(before, after) {
        suspects.changed(before, after)
        const caused = goodAt.get(before)
        const jumped = before.state === 'open' && after.state === 'closed' && !after.byHand
        if (jumped && caused !== undefined && after.since.at <= caused + 1)
          blame({ period: before, suspicion: COUNTS_ALL, to: after.state, call: null, moment: after.since })
      },
    })
    return { ...model, end: () => excess.report(report) }
  }),
}
