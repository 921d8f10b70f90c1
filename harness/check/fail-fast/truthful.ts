import type { Detect } from '../detect.ts'
import type { Report } from '../report.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isAcknowledged, type Operation } from '../tracker/operations.ts'

/** fail-fast/1: a publish that the bus did not take is an error to the caller, never a success. */
export const truthful: Detect = (ledger, report) => ({
  end(complete) {
    for (const operation of ledger.operations.all()) judge(ledger, report, operation, complete)
  },
})

function judge(ledger: Ledger, report: Report, operation: Operation, complete: boolean): void {
  const { op, node, began, settled, attempts } = operation
  if (settled === null) return
  const failed = attempts.filter(({ ended }) => ended !== null && ended.outcome !== 'ok')
  if (failed.length > 0 || ledger.faults.landed('publish', began.at, settled.at)) report.occasion()
  if (settled.status === 'queued') {
    report.violation({
      message: `the publish of ${op} was queued, though nothing of the kind is claimed`,
      expected: `${op} acknowledged, or an error to its caller`,
      actual: 'queued, and nobody can tell what becomes of it',
      op,
      node,
      at: settled.at,
    })
  }
  if (!isAcknowledged(operation)) return
  const actual = contradiction(ledger, operation, complete)
  if (actual === null) return
  report.violation({
    message: `the publish of ${op} was acknowledged, but ${actual} (swallowed error)`,
    expected: `an error to the caller of ${op}, or the message stored before its acknowledgement`,
    actual,
    op,
    node,
    at: settled.at,
  })
}

/** What speaks against the acknowledgement; null when nothing does. */
function contradiction(ledger: Ledger, { op, attempts, settled }: Operation, complete: boolean): string | null {
  const { witness } = ledger.run
  const stored = ledger.positions.storedAt(op)
  if (witness !== 'none' && complete && stored === null) return 'the broker never stored it'
  // An answer that came after its attempt was given up may still be the truth; a certain failure cannot.
  const certain = attempts.every(({ ended }) => ended?.outcome === 'failed' && ended.error?.effect === 'none')
  if (attempts.length > 0 && certain) return 'each of its attempts had certainly failed'
  if (witness === 'live' && stored !== null && settled !== null && stored.seq > settled.seq) {
    return `the broker stored it only at ${stored.at} ms`
  }
  return null
}
