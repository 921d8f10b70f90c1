import type { Check, Detector } from '../check.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel, type Period } from './model.ts'
import { judgeLeaving } from './queue-left.ts'
import { judgeTaking } from './queue-taken.ts'
import { queueTold } from './queue-told.ts'

/**
 * breaker/11: while the breaker is open, or earlier publishes are queued, and only then, publishes are queued up to the bound.
 * They leave in order, and the bus reports the outcome of each.
 */
export const degradation: Check = {
  clause: 'breaker/11',
  file: import.meta.url,
  detect: guarded((claim, ledger, report): Detector => {
    const promised = ledger.run.claims.degradation
    if (promised === undefined) return {}
    const model = createBreakerModel(ledger, claim, {})
    const told = queueTold(ledger, report)
    /** For each publish, the period in which it was called. */
    const called = new Map<string, Period>()
    return {
      step(event, moment) {
        model.step(event, moment)
        told.step(event, moment)
        if (event.type !== 'publish') return
        called.set(event.op, model.period(event.node))
      },
      end(complete) {
        told.end(complete)
        judgeTaking(ledger, report, { ...promised, refusal: claim.code, called })
        judgeLeaving(ledger, report)
      },
    }
  }),
}
