import type { Check } from '../check.ts'
import { counted } from '../tracker/timing.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel, type Period } from './model.ts'
import { afterProbes } from './trip-words.ts'

const KINDS = { closed: 'closed by probes that succeeded', open: 'opened again by probes that failed' } as const

/** breaker/5: a half-open period ends exactly when the claimed number of probes has succeeded or failed. */
export const decision: Check = {
  clause: 'breaker/5',
  file: import.meta.url,
  detect: guarded((claim, ledger, report) => {
    const counts = ({ good, bad }: Period): string => `${counted(good, 'probe')} succeeded and ${bad} failed`
    return createBreakerModel(ledger, claim, {
      changed(before, after) {
        const { node } = after
        const at = after.since.at
        const expected = afterProbes(claim)
        if (before.state !== 'half-open' || (after.state !== 'closed' && after.state !== 'open')) return
        report.occasion()
        if (!after.byHand) report.kind(KINDS[after.state])
        if (before.due?.to === after.state || after.byHand) return
        const verb = after.state === 'closed' ? 'closed' : 'opened again'
        const message = `the breaker of ${node} ${verb} when ${counts(before)}`
        report.violation({ message, expected, actual: counts(before), node, at })
      },
      admitted(period, { op, name }, { at }) {
        if (period.state !== 'half-open' || period.due === null) return
        report.violation({
          message: `the breaker of ${period.node} was still half-open and let ${name} through, but ${counts(period)}`,
          expected: `${period.due.to} at ${period.due.since.at} ms`,
          actual: `half-open at ${at} ms`,
          op,
          node: period.node,
          at,
        })
      },
    })
  }),
}
