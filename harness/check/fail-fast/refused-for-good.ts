import { refusedTopicOf } from '../../refused-topic.ts'
import type { Check, Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isAcknowledged, isQueued, type Operation, outcomeOf, type Settled } from '../tracker/operations.ts'
import { counted } from '../tracker/timing.ts'

/** fail-fast/10: what the system refuses for good is sent once, and its error says that a retry is useless. */
export const refusedForGood: Check = {
  clause: 'fail-fast/10',
  file: import.meta.url,
  detect: (ledger, report) => {
    const topic = refusedTopicOf(ledger.run.prefix)
    /** Whether this run counts requests at all. */
    let isCounted = false
    return {
      takes: ['received'],
      step() {
        isCounted = true
      },
      end() {
        for (const operation of ledger.operations.all())
          if (operation.topic === topic) judge(ledger, report, operation, isCounted)
      },
    }
  },
}

function judge(ledger: Ledger, report: Report, operation: Operation, isCounted: boolean): void {
  const { op, node, topic } = operation
  const outcome = outcomeOf(operation)
  if (outcome === null || isAcknowledged(operation) || isDisturbed(ledger, operation, outcome)) return
  const requests = isCounted ? ledger.operations.receivedOf(operation) : operation.attempts.length
  if (requests === 0) return
  report.occasion()
  const about = { op, node, at: outcome.at }
  if (requests > 1) {
    report.violation({
      ...about,
      message: `${op} was sent again, although the system had refused it for good`,
      expected: 'one request',
      actual: `${counted(requests, 'request')} for ${topic}, of which the system refuses every message`,
    })
  } else if (outcome.error?.retryable !== false && isOwedTheRefusal(ledger, operation, outcome)) {
    report.violation({
      ...about,
      message: `the error of ${op}, which the system refused for good, does not say that a retry is useless`,
      expected: 'a permanent error',
      actual: `${outcome.error?.code ?? 'no code'}, retryable ${outcome.error?.retryable ?? 'not reported'}`,
    })
  }
}

/** Whether an answer may have been lost, or come late: then the bus does not know of the refusal. */
function isDisturbed({ run, faults, stalls, nodes }: Ledger, { node, began }: Operation, { at }: Settled): boolean {
  const from = began.at - run.claims.publish.timeout - run.slack
  return faults.struck('publish', from, at) || stalls.touch(from, at) || nodes.get(node)?.exited != null
}

/** Not if the caller or the application ended the publish, or if it waited in a queue. */
function isOwedTheRefusal({ nodes }: Ledger, operation: Operation, { seq }: Settled): boolean {
  const gone = nodes.goneAt(operation.node)
  return !isQueued(operation) && operation.aborted === null && (gone === null || gone.seq > seq)
}
