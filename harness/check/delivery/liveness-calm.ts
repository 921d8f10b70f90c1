import { refusedTopicOf } from '../../refused-topic.ts'
import type { Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { type Operation, outcomeOf, type Settled } from '../tracker/operations.ts'

/** In a run without faults and early closes, every publish is acknowledged that the system does not refuse for good. */
export function judgeCalm(ledger: Ledger, report: Report): void {
  if (!isCalm(ledger)) return
  const refused = refusedTopicOf(ledger.run.prefix)
  for (const operation of ledger.operations.all()) {
    const { op, node, topic, aborted } = operation
    if (topic === refused) continue
    const settled = outcomeOf(operation)
    // Other clauses judge a publish that never settles or never leaves a queue.
    if (aborted !== null || settled === null || wasClosing(ledger, operation)) continue
    if (ledger.forcedOpen.touch(node, operation.began.at, settled.at)) continue
    if (wasStalled(ledger, operation.began.at, settled.at)) continue
    report.occasion()
    report.kind('a publish without faults')
    if (settled.status === 'acknowledged' || isOverflow(ledger, settled) || isStarved(ledger, operation)) continue
    report.violation({
      message: `${op} was not acknowledged, but no fault was near and it was not aborted`,
      expected: 'every publish acknowledged in a run without faults',
      actual: `${settled.status}: ${settled.error?.code ?? 'no code'}, ${settled.error?.message ?? 'no error'}`,
      op,
      node,
      at: settled.at,
    })
  }
}

/** After a stall attempts time out and a breaker may be open: for as long as recovery takes, that is not the bus's fault. */
const wasStalled = ({ run, stalls }: Ledger, from: number, to: number): boolean =>
  stalls.touch(from - run.claims.recovery.deadline, to)

/** No fault, and no node closed before the end. */
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
function isStarved(ledger: Ledger, operation: Operation): boolean {
  const { run, stalls } = ledger
  const { began, settled, attempts } = operation
  if (run.site !== 'real' || settled === null) return false
  if (attempts.length <= 1 && settled.at - began.at >= run.claims.publish.timeout) return true
  if (isRefusedForOthers(ledger, operation, settled)) return true
  return attempts.length > 1 && ranOut(ledger, operation, began.at) && stalls.touchBriefly(began.at, settled.at)
}

/** Whether an attempt ran into its time-out, and ended at `from` ms or later. */
const ranOut = ({ run }: Ledger, { attempts }: Operation, from: number): boolean =>
  attempts.some(
    ({ began, ended }) => ended !== null && ended.at >= from && ended.at - began.at >= run.claims.publish.timeout,
  )

/**
 * By a breaker, behind attempts of its node that ran into their time-outs while the machine stood still. Its own may have failed
 * first, with the connection that was given up.
 */
function isRefusedForOthers(ledger: Ledger, { node, began }: Operation, settled: Settled): boolean {
  const { run, stalls, operations } = ledger
  const from = began.at - run.claims.recovery.deadline
  if (settled.error?.code === undefined || settled.error.code !== run.claims.breaker?.code) return false
  if (!stalls.touchBriefly(from, settled.at)) return false
  return [...operations.all()].some((other) => other.node === node && ranOut(ledger, other, from))
}
