import type { Check, Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isAcknowledged, isQueued, type Operation, outcomeOf } from '../tracker/operations.ts'
import { instant } from '../tracker/timing.ts'

/** fail-fast/1: a publish that the bus did not accept is an error to the caller, never a success. */
export const truthful: Check = {
  clause: 'fail-fast/1',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      for (const operation of ledger.operations.all()) judge(ledger, report, operation, complete)
    },
  }),
}

function judge(ledger: Ledger, report: Report, operation: Operation, complete: boolean): void {
  const { op, node, began, settled, attempts } = operation
  if (settled === null) return
  const failed = attempts.filter(({ ended }) => ended !== null && ended.outcome !== 'ok')
  const { at } = outcomeOf(operation) ?? settled
  if (failed.length > 0 || ledger.faults.landed('publish', began.at, at)) report.occasion()
  if (isQueued(operation)) judgeQueued(ledger, report, operation, complete)
  if (!isAcknowledged(operation)) return
  const actual = contradiction(ledger, operation, complete)
  if (actual === null) return
  report.violation({
    message: `the publish of ${op} was acknowledged, but ${actual} (swallowed error)`,
    expected: `an error to the caller of ${op}, or the message stored before its acknowledgement`,
    actual,
    op,
    node,
    at,
  })
}

/** Only a bus that claims a queue may queue, and every queued publish must be settled once its bus has closed. */
function judgeQueued(ledger: Ledger, report: Report, operation: Operation, complete: boolean): void {
  const { op, node, settled } = operation
  const about = { op, node, at: settled?.at ?? 0 }
  if (ledger.run.claims.degradation === undefined) {
    report.violation({
      ...about,
      message: `the publish of ${op} was queued, but no queue is claimed`,
      expected: `${op} acknowledged, or an error to its caller`,
      actual: 'queued, with an unknown outcome',
    })
  } else if (complete && outcomeOf(operation) === null && ledger.nodes.get(node)?.exited == null) {
    report.violation({
      ...about,
      message: `${node} queued ${op} and never reported its outcome`,
      expected: `${node} reports ${op} as acknowledged or failed before it has closed`,
      actual: `queued at ${settled === null ? '?' : instant(settled.at)} ms, ${operation.attempts.length === 0 ? 'never tried' : `last tried at ${instant(operation.attempts.at(-1)?.began.at ?? 0)} ms`}`,
    })
  }
}

/** Evidence against the acknowledgement; null if there is none. */
function contradiction(ledger: Ledger, operation: Operation, complete: boolean): string | null {
  const { op, attempts } = operation
  const settled = outcomeOf(operation)
  const { witness } = ledger.run
  const stored = ledger.positions.storedAt(op)
  if (witness !== 'none' && complete && stored === null) return 'the broker never stored it'
  // An answer that came after its attempt was given up may still be the truth; a certain failure cannot.
  const certain = attempts.every(({ ended }) => ended?.outcome === 'failed' && ended.error?.effect === 'none')
  if (attempts.length > 0 && certain) return 'every attempt had certainly failed'
  if (witness === 'live' && stored !== null && settled !== null && stored.seq > settled.seq) {
    return `the broker stored it only at ${stored.at} ms`
  }
  return null
}
