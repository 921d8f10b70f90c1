import type { Check, Report } from '../check.ts'
import { requestAfter } from '../tracker/late-request.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isQueued, type Operation } from '../tracker/operations.ts'
import { counted, rounded } from '../tracker/timing.ts'
import { createSurplus } from './surplus.ts'

/** retry/5: whatever lower layers retry, requests never exceed the attempts that have begun, nor the publish's time. */
export const stacked: Check = {
  clause: 'retry/5',
  file: import.meta.url,
  detect: (ledger, report) => {
    const surplus = createSurplus(ledger)
    let reported = false
    return {
      takes: [...surplus.takes, 'attempt-began'],
      step(event) {
        surplus.step(event)
        reported ||= event.type === 'attempt-began'
      },
      end() {
        for (const operation of ledger.operations.all()) {
          if (operation.attempts.some(({ ended }) => ended?.outcome === 'failed')) report.occasion()
          judgeTime(ledger, report, operation)
          const excess = reported ? surplus.of(operation.op) : null
          if (excess === null) continue
          report.violation({
            message: `more requests for ${operation.op} reached the system than it had attempts`,
            expected: 'no more requests than attempts that have begun',
            actual: `${counted(excess.begun, 'attempt')} begun, ${counted(excess.received, 'request')} received`,
            op: operation.op,
            node: operation.node,
            at: excess.at,
          })
        }
      },
    }
  },
}

/**
 * What waits in a queue has no such bound. What a fault had kept back may arrive when it is healed; attempts that begin too
 * late are judged by their report.
 */
function judgeTime(ledger: Ledger, report: Report, operation: Operation): void {
  const { op, node, began, attempts } = operation
  if (isQueued(operation)) return
  const { deadline } = ledger.run.claims.publish
  const bound = began.at + deadline + ledger.run.slack
  const attempt = attempts.at(-1)?.began.at ?? 0
  const late = attempt > bound ? attempt : requestAfter(ledger, operation, bound)
  if (late === null) return
  report.violation({
    message: `${op} was still retried after its time was over`,
    expected: `no attempt and no request later than ${deadline} ms after the call`,
    actual: `one after ${rounded(late - began.at)} ms`,
    op,
    node,
    at: late,
  })
}
