import type { Report } from '../report.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { type Operation, outcomeOf, type Settled } from '../tracker/operations.ts'

/** In a run without faults and early closes, every publish is acknowledged. */
export function judgeCalm(ledger: Ledger, report: Report): void {
  if (!isCalm(ledger)) return
  for (const operation of ledger.operations.all()) {
    const { op, node, aborted } = operation
    const settled = outcomeOf(operation)
    // A publish that never settles, and one that does not leave a queue, are other clauses' matter.
    if (aborted !== null || settled === null || wasClosing(ledger, operation)) continue
    if (ledger.forcedOpen.touch(node, operation.began.at, settled.at)) continue
    if (wasStalled(ledger, operation.began.at, settled.at)) continue
    report.occasion()
    if (settled.status === 'acknowledged' || isOverflow(ledger, settled) || isStarved(ledger, operation)) continue
    report.violation({
      message: `${op} was not acknowledged, though no fault was near and nobody aborted it`,
      expected: 'every publish acknowledged in a run without faults',
      actual: `${settled.status}: ${settled.error?.code ?? 'no code'}, ${settled.error?.message ?? 'no error'}`,
      op,
      node,
      at: settled.at,
    })
  }
}

/** Behind a stall attempts time out and a breaker may be open: for as long as recovery takes, that is nobody's fault. */
const wasStalled = ({ run, stalls }: Ledger, from: number, to: number): boolean =>
  stalls.touch(from - run.claims.recovery.within, to)

/** No fault, and nobody closed before its time. */
export function isCalm({ faults, nodes, phases }: Ledger): boolean {
  const drain = phases.began('drain')
  if (drain === null || faults.count() > 0) return false
  return [...nodes.all()].every(({ node }) => (nodes.goneAt(node)?.seq ?? Infinity) > drain.seq)
}

/** Behind a breaker that was forced open a queue may be full for longer; breaker/11 judges whether it was. */
const isOverflow = ({ run }: Ledger, { error }: Settled): boolean =>
  run.claims.degradation !== undefined && error?.code === run.claims.degradation.code

function wasClosing({ nodes }: Ledger, operation: Operation): boolean {
  const gone = nodes.goneAt(operation.node)
  const settled = outcomeOf(operation)
  return gone !== null && settled !== null && gone.seq < settled.seq
}

/**
 * On real clocks a busy machine may let a single attempt run into its time-out, and where it stood still meanwhile a breaker may
 * be open because of it, or a connection given up that others waited on.
 */
function isStarved({ run, stalls }: Ledger, { began, settled, attempts }: Operation): boolean {
  if (run.site !== 'real' || settled === null) return false
  const { timeout } = run.claims.publish
  if (attempts.length <= 1) return settled.at - began.at >= timeout
  const ranOut = attempts.some((attempt) => attempt.ended !== null && attempt.ended.at - attempt.began.at >= timeout)
  return ranOut && stalls.touchBriefly(began.at, settled.at)
}
