import type { EventOf } from '../../history/event.ts'
import { earliest } from '../tracker/timing.ts'
import { guarded } from './guarded.ts'
import { createBreakerModel, type Period } from './model.ts'

/** breaker/3: it turns half-open not before its reset time, and, given a call, not much after it. */
export const reset = guarded((claim, ledger, report) => {
  /** Publishes that were called while a breaker was open, with the period in which they were. */
  const called = new Map<string, { readonly at: number; readonly period: Period }>()

  const model = createBreakerModel(claim, {
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

  const judgeRefusal = ({ op, node, at }: EventOf<'published'>): void => {
    const call = called.get(op)
    if (call === undefined || call.period !== model.period(node)) return
    const due = call.period.since.at + claim.reset
    if (call.at <= due + ledger.run.slack) return
    report.violation({
      message: `the breaker of ${node} refused ${op} although its reset time was long over`,
      expected: `half-open on the first call after ${due} ms`,
      actual: `${op} called at ${call.at} ms, and the breaker still open at ${at} ms`,
      op,
      node,
      at,
    })
  }

  return {
    step(event, moment) {
      model.step(event, moment)
      if (event.type === 'publish') {
        const period = model.period(event.node)
        if (period.state === 'open') called.set(event.op, { at: event.at, period })
      } else if (event.type === 'published' && event.error?.code === claim.code) {
        judgeRefusal(event)
      }
    },
  }
})
