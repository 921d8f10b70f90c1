import type { Check } from '../check.ts'
import { isBefore } from '../tracker/moment.ts'
import { type Answered, saidOf } from './asked.ts'
import { createChecksInOutages } from './outages.ts'

/** health/2: no health check says healthy in an outage, and each does where there is no fault. */
export const truth: Check = {
  clause: 'health/2',
  file: import.meta.url,
  detect(ledger, report) {
    const { run, nodes } = ledger
    const claim = run.claims.health
    if (claim === undefined) return {}
    const checks = createChecksInOutages(ledger, claim)

    const judge = (check: Answered): void => {
      const { node, asked, answered, health } = check
      const gone = nodes.goneAt(node)
      if (gone !== null && isBefore(gone, answered)) return
      const outage = checks.noticedBy(check)
      const isHealthy = health.status === 'healthy'
      if (outage !== null) {
        report.occasion()
        report.kind('in an outage')
        if (!isHealthy) return
        report.violation({
          message: `${node} says that it is healthy, but its ${outage.role} link has been dead for ${Math.round(asked.at - outage.from)} ms`,
          expected: `degraded or unhealthy: ${outage.kind} from ${outage.from} to ${outage.to} ms, and each look was made in it, or must have been`,
          actual: saidOf(health),
          node,
          at: answered.at,
        })
        return
      }
      // One that is well before it must be is one that has recovered in time.
      if (!(isHealthy ? checks.mayBeWell(check) : checks.mustBeWell(check))) return
      report.occasion()
      report.kind('without a fault')
      if (isHealthy) return
      report.violation({
        message: `${node} says that it is ${health.status}, but nothing is wrong`,
        expected: `healthy: there has been no fault for ${run.claims.recovery.deadline} ms`,
        actual: saidOf(health),
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
