import type { Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore, type Moment } from '../tracker/moment.ts'
import type { Operation } from '../tracker/operations.ts'

/**
 * An attempt may be reported as cancelled only if the caller, the deadline or a close had ended the publish; otherwise it was a
 * failure that was hidden from the breaker.
 */
export function judgeCancelled(ledger: Ledger, report: Report, operation: Operation): void {
  const { op, node, attempts } = operation
  for (const [index, { ended }] of attempts.entries()) {
    if (ended?.outcome !== 'cancelled') continue
    const went = wentOn(ledger, operation, index, ended)
    if (went === null || wasGivenUp(ledger, operation, ended)) continue
    report.violation({
      message: `attempt ${index + 1} of ${op} was reported as cancelled, and so hidden from the breaker of ${node}, although ${op} had not been cancelled`,
      expected: 'cancelled only by an abort, a deadline or a close',
      actual: `cancelled at ${ended.at} ms${ended.error === null ? '' : ` with ${ended.error.code}`}; ${went}`,
      op,
      node,
      at: ended.at,
    })
    return
  }
}

/** What the publish did after it; null when it ended with it, as at a deadline, or when its end is not known. */
function wentOn({ run }: Ledger, { attempts, settled }: Operation, index: number, ended: Moment): string | null {
  const next = attempts[index + 1]
  if (next !== undefined) return `attempt ${index + 2} began at ${next.began.at} ms`
  // A queue may have taken the message over, and a publish may settle before its attempt has come to its end.
  if (settled === null || settled.status === 'queued' || isBefore(settled, ended)) return null
  if (settled.at <= ended.at + run.slack && settled.status === 'failed') return null
  return `it settled as ${settled.status} at ${settled.at} ms`
}

/** In one moment the order of the reports says nothing. */
function wasGivenUp({ nodes }: Ledger, { node, aborted }: Operation, ended: Moment): boolean {
  const gone = nodes.goneAt(node)
  return (aborted !== null && aborted.at <= ended.at) || (gone !== null && gone.at <= ended.at)
}
