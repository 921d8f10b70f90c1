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
    const known: Known = { requests: false, attempts: false }
    return {
      takes: ['received', 'attempt-began'],
      step({ type }) {
        known[type === 'received' ? 'requests' : 'attempts'] = true
      },
      end() {
        for (const operation of ledger.operations.all())
          if (operation.topic === topic) judge(ledger, report, operation, known)
      },
    }
  },
}

/** What the run tells of at all. */
interface Known {
  requests: boolean
  attempts: boolean
}

function judge(ledger: Ledger, report: Report, operation: Operation, known: Known): void {
  const { op, node, topic } = operation
  const outcome = outcomeOf(operation)
  if (outcome === null) return
  const about = { op, node, at: outcome.at }
  if (isAcknowledged(operation)) {
    report.occasion()
    report.violation({
      ...about,
      message: `${op} was acknowledged, although the system refuses every message of ${topic}`,
      expected: 'an error',
      actual: 'acknowledged',
    })
    return
  }
  const requests = requestsFor(ledger, operation, outcome, known)
  if (requests === 0 || isDisturbed(ledger, operation, outcome)) return
  report.occasion()
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

/** As the system counted them, or else by the adapter's report; where there is neither, one that only a breaker or a queue keeps back. */
function requestsFor({ run, operations }: Ledger, operation: Operation, { error }: Settled, known: Known): number {
  if (known.requests) return operations.receivedOf(operation)
  if (known.attempts) return operation.attempts.length
  const { breaker, degradation } = run.claims
  return [breaker, degradation].some((one) => one !== undefined && one.code === error?.code) ? 0 : 1
}

/**
 * Whether an answer may have been lost, or come late: then the bus does not know of the refusal. A real link counts none of the connections
 * that it refuses, so that a fault counts whether it is known to have landed or not.
 */
function isDisturbed(
  { run, faults, stalls, nodes, operations }: Ledger,
  operation: Operation,
  { at }: Settled,
): boolean {
  const { node, began } = operation
  const { timeout } = run.claims.publish
  const from = began.at - timeout - run.slack
  // On a busy machine an answer may come too late for its attempt, and whoever shares the connection loses it.
  const isLate = (other: Operation): boolean => {
    const spans = other.attempts.length === 0 ? [{ began: other.began, ended: outcomeOf(other) }] : other.attempts
    return spans.some(({ began: { at: start }, ended }) => {
      const end = ended?.at ?? at
      return end - start >= timeout && end >= from && start <= at
    })
  }
  const isStarved = run.site === 'real' && [...operations.all()].some((other) => other.node === node && isLate(other))
  return isStarved || faults.active('publish', from, at) || stalls.touch(from, at) || nodes.get(node)?.exited != null
}

/** Not if the caller or the application ended the publish, or if it waited in a queue. */
function isOwedTheRefusal({ nodes }: Ledger, operation: Operation, { seq }: Settled): boolean {
  const gone = nodes.goneAt(operation.node)
  return !isQueued(operation) && operation.aborted === null && (gone === null || gone.seq > seq)
}
