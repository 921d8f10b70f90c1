/** Whether publishes are queued when they must be, and refused only if the queue is full. */
import type { DegradationClaim } from '../../claims.ts'
import type { Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isQueued, type Operation, type Settled } from '../tracker/operations.ts'
import type { Period } from './model.ts'
import { type Queue, queuesOf } from './queue.ts'
import { judgeEffect } from './refused-at-once.ts'

export interface Promised extends DegradationClaim<number> {
  /** The code by which the breaker refuses. */
  readonly refusal: string
  /** For each publish, the period in which it was called. */
  readonly called: ReadonlyMap<string, Period>
}

interface Taken {
  readonly operation: Operation
  readonly settled: Settled
  readonly queue: Queue | undefined
}

export function judgeTaking(ledger: Ledger, report: Report, promised: Promised): void {
  const queues = queuesOf(ledger)
  for (const operation of ledger.operations.all()) {
    const { settled, node } = operation
    if (settled === null) continue
    const queue = queues.get(node)
    const one = { operation, settled, queue }
    if (isQueued(operation)) judgeQueued(report, one, promised)
    else judgeOther(ledger, report, one, promised)
  }
}

function judgeQueued(report: Report, taken: Taken, promised: Promised): void {
  report.occasion()
  report.kind('queued')
  judgeBound(report, taken, promised)
  judgeReason(report, taken, promised)
}

/** The bus reports a publish that leaves the queue before the queue has room again. */
function judgeBound(report: Report, { operation, settled, queue }: Taken, { capacity }: Promised): void {
  const held = queue?.leastAt(settled.seq) ?? 0
  if (held <= capacity) return
  const { op, node } = operation
  report.violation({
    message: `${op} was queued on ${node}, whose queue was full`,
    expected: `at most ${capacity} queued at once, and an error for any other`,
    actual: `${held} queued at ${settled.at} ms`,
    op,
    node,
    at: settled.at,
  })
}

/** The breaker was closed all the time, and nothing else can have been queued. */
function judgeReason(report: Report, { operation, settled, queue }: Taken, { called }: Promised): void {
  const { op, node, began } = operation
  const period = called.get(op)
  const others = (queue?.mostDuring(began.seq, settled.seq) ?? 1) - 1
  if (period?.state !== 'closed' || others > 0) return
  if (period.ended !== null && period.ended.seq < settled.seq) return
  report.violation({
    message: `${op} was queued on ${node}, although its breaker was closed and its queue empty`,
    expected: 'acknowledged, or an error',
    actual: `queued at ${settled.at} ms, closed since ${period.since.at} ms`,
    op,
    node,
    at: settled.at,
  })
}

function judgeOther(ledger: Ledger, report: Report, other: Taken, promised: Promised): void {
  const { operation, settled, queue } = other
  const { op, node, began } = operation
  const waiting = queue?.waitsThroughout(began.seq, settled.seq) ?? null
  const open = openThroughout(promised, other)
  const reason =
    waiting !== null
      ? `${waiting.op} was still queued`
      : open !== null && settled.error?.code === promised.refusal
        ? `the breaker was ${open.state === 'isolated' ? 'forced open' : 'open'}`
        : null
  const about = { op, node, at: settled.at }
  if (settled.error?.code === promised.code) {
    report.occasion()
    report.kind('refused by a full queue')
    if (waiting !== null || open !== null) judgeEffect(report, operation, settled)
    const most = queue?.mostDuring(began.seq, settled.seq) ?? 0
    if (most >= promised.capacity) return
    report.violation({
      ...about,
      message: `${op} was refused on ${node} as if its queue were full`,
      expected: `queued, because ${promised.capacity} are allowed`,
      actual: `${promised.code} with at most ${most} queued`,
    })
    return
  }
  if (reason === null || isExcused(ledger, other)) return
  const { status, error } = settled
  report.violation({
    ...about,
    op,
    others: [waiting?.op],
    message: `${op} was not queued on ${node}, but ${reason}`,
    expected: `queued, or refused with ${promised.code} if the queue is full`,
    actual: `${status}${error === null ? '' : ` with ${error.code}`} at ${settled.at} ms, called at ${began.at} ms`,
  })
}

/** The breaker was open from the call until it settled; at its reset time a call may be let through. */
function openThroughout({ called }: Promised, { operation, settled }: Taken): Period | null {
  const period = called.get(operation.op)
  if (period?.state !== 'open' && period?.state !== 'isolated') return null
  return period.ended === null || period.ended.seq > settled.seq ? period : null
}

/** Aborted by its caller, called on a closing bus, or with bad input. */
function isExcused({ nodes }: Ledger, { operation, settled }: Taken): boolean {
  const { aborted, node } = operation
  const gone = nodes.goneAt(node)
  return (
    (aborted !== null && aborted.seq < settled.seq) ||
    (gone !== null && gone.seq < settled.seq) ||
    (settled.error?.retryable === false && operation.attempts.length === 0)
  )
}
