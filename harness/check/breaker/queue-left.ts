/** Whether queued publishes leave in order, and only because they were accepted, failed for good, or their bus closed. */
import type { Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Moment } from '../tracker/moment.ts'
import { isAcknowledged, type Operation, outcomeOf } from '../tracker/operations.ts'
import { queuesOf } from './queue.ts'

export function judgeLeaving(ledger: Ledger, report: Report): void {
  for (const { operations } of queuesOf(ledger).values()) {
    for (const operation of operations) judgeGivenUp(ledger, report, operation)
    judgeOrder(report, operations, { when: outcomeOf, judged: isAcknowledged, text: 'left the queue' })
    if (ledger.run.witness !== 'live') continue
    const storedAt = ({ op }: Operation): Moment | null => ledger.positions.storedAt(op)
    // A publish that is not stored yet may have failed for good.
    const stored = operations.filter((operation) => storedAt(operation) !== null)
    judgeOrder(report, stored, { when: storedAt, judged: () => true, text: 'was stored' })
  }
}

interface Order {
  readonly when: (operation: Operation) => Moment | null
  readonly judged: (operation: Operation) => boolean
  /** For sentences: what happened to it. */
  readonly text: string
}

/** None of the judged publishes came before an earlier one. */
function judgeOrder(report: Report, operations: readonly Operation[], { when, judged, text }: Order): void {
  const seqOf = (operation: Operation): number => when(operation)?.seq ?? Number.POSITIVE_INFINITY
  let latest: Operation | null = null
  for (const operation of operations) {
    if (latest !== null && judged(operation) && seqOf(operation) < seqOf(latest)) {
      const { op, node } = operation
      const [one, other] = [when(operation), when(latest)]
      report.violation({
        message: `${op} ${text} on ${node} before ${latest.op}, which had been queued before it`,
        expected: 'first in, first out',
        actual: `${op} at ${one?.at} ms, ${latest.op} ${other === null ? 'never' : `at ${other.at} ms`}`,
        op,
        others: [latest.op],
        node,
        at: one?.at ?? 0,
      })
    }
    if (latest === null || seqOf(operation) > seqOf(latest)) latest = operation
  }
}

function judgeGivenUp({ nodes }: Ledger, report: Report, operation: Operation): void {
  const { op, node, attempts } = operation
  const outcome = outcomeOf(operation)
  if (outcome?.status !== 'failed') return
  const gone = nodes.goneAt(node)
  const last = attempts.at(-1)?.ended
  const error = last?.outcome === 'failed' ? last.error : outcome.error
  if ((gone !== null && gone.seq < outcome.seq) || error?.retryable === false) return
  report.violation({
    message: `${op} was dropped from the queue of ${node}, although it had not failed for good`,
    expected: 'it stays queued until it is acknowledged, fails for good, or its bus closes',
    actual: `${attempts.length === 0 ? 'never tried' : `tried ${attempts.length} times`}, failed with ${outcome.error?.code ?? 'no code'} at ${outcome.at} ms`,
    op,
    node,
    at: outcome.at,
  })
}
