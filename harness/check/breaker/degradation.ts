import type { Check, Detector } from '../check.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel, type Period } from './model.ts'
import { judgeLeaving } from './queue-left.ts'
import { judgeTaking } from './queue-taken.ts'
import { queueTold } from './queue-told.ts'

/**
 * breaker/11: while it is open, or earlier ones wait, and only then, publishes are queued up to the bound; they leave in
 * order, only once they are acknowledged, and what became of them is told.
 */
export const degradation: Check = {
  clause: 'breaker/11',
  file: import.meta.url,
  detect: guarded((claim, ledger, report): Detector => {
    const promised = ledger.run.claims.degradation
    if (promised === undefined) return {}
    const model = createBreakerModel(ledger, claim, {})
    const told = queueTold(ledger, report)
    /** Of each publish the period in which it was called. */
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
