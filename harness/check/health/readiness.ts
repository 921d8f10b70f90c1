import type { Check } from '../check.ts'
import { type Answered, saidOf } from './asked.ts'
import { createChecksInOutages } from './outages.ts'

/** health/3: ready is a bus that is connected, does not close, and whose breaker is not open. */
export const readiness: Check = {
  clause: 'health/3',
  file: import.meta.url,
  detect(ledger, report) {
    const { run } = ledger
    const claim = run.claims.health
    if (claim === undefined) return {}
    const checks = createChecksInOutages(ledger, claim)

    /** Why the bus must not be ready; null where it may. */
    const hindrance = (check: Answered): string | null => {
      const told = atOnce(check)
      if (told !== null) return told
      if (checks.noticedBy(check)?.role === 'publish') {
        report.occasion()
        report.kind('cut off')
        return 'its publish link is dead'
      }
      return check.health.status === 'unhealthy' ? 'it is unhealthy' : null
    }

    /** What a bus knows without a look. */
    const atOnce = (check: Answered): string | null => {
      if (checks.wasClosing(check)) {
        report.occasion()
        report.kind('of a closing bus')
        return 'its close had begun'
      }
      const state = checks.breaker(check)
      if (state === null || (state.to !== 'open' && state.to !== 'isolated')) return null
      // An open breaker whose reset time is over lets the next call through: some buses say so only when one comes.
      const until = state.to === 'isolated' ? Number.POSITIVE_INFINITY : state.at + (run.claims.breaker?.reset ?? 0)
      if (check.answered.at + run.slack >= until) return null
      report.occasion()
      report.kind('breaker open')
      return state.to === 'isolated' ? 'its breaker is forced open' : 'its breaker is open'
    }

    const judge = (check: Answered): void => {
      const { node, answered, health } = check
      const actual = saidOf(health)
      const why = hindrance(check)
      if (why !== null) {
        if (!health.ready) return
        report.violation({
          message: `${node} says that it is ready, but ${why}`,
          expected: 'not ready',
          actual,
          node,
          at: answered.at,
        })
        return
      }
      // One that is ready before it must be is one that has recovered in time.
      if (!(health.ready ? checks.mayBeWell(check) : checks.mustBeWell(check))) return
      report.occasion()
      report.kind('recovered')
      if (health.ready) return
      report.violation({
        message: `${node} says that it is not ready, but nothing is wrong`,
        expected: `ready: its breaker is closed, and there has been no fault for ${run.claims.recovery.deadline} ms`,
        actual,
        node,
        at: answered.at,
      })
    }

    return {
      takes: checks.takes,
      step: checks.step,
      end() {
        for (const check of checks.answered()) judge(check)
      },
    }
  },
}
