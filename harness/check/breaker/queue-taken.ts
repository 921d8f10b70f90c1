/** Whether publishes are queued where they must be, and refused only where the queue is full. */
import type { DegradationClaim } from '../../claims.ts'
import type { Report } from '../report.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isQueued, type Operation, type Settled } from '../tracker/operations.ts'
import type { Period } from './model.ts'
import { type Queue, queuesOf } from './queue.ts'

export interface Promised extends DegradationClaim<number> {
  /** The code by which the breaker refuses. */
  readonly refusal: string
  /** Publishes that were called while the breaker was open or forced open, with that period. */
  readonly called: ReadonlyMap<string, Period>
}

/** A publish that was not queued. */
interface Other {
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
    if (isQueued(operation)) judgeBound(report, { operation, settled, queue }, promised)
    else judgeOther(ledger, report, { operation, settled, queue }, promised)
  }
}

/** What leaves the queue is told before it makes room. */
function judgeBound(report: Report, { operation, settled, queue }: Other, { capacity }: Promised): void {
  report.occasion()
  const held = queue?.leastAt(settled.seq) ?? 0
  if (held <= capacity) return
  const { op, node } = operation
  report.violation({
    message: `${op} was queued on ${node}, whose queue was full`,
    expected: `at most ${capacity} queued at once, and an error for what does not fit`,
    actual: `${held} queued at ${settled.at} ms`,
    op,
    node,
    at: settled.at,
  })
}

function judgeOther(ledger: Ledger, report: Report, other: Other, promised: Promised): void {
  const { operation, settled, queue } = other
  const { op, node, began } = operation
  const waiting = queue?.waitsThroughout(began.seq, settled.seq) ?? null
  const open = openThroughout(promised, other)
  const reason =
    waiting !== null
      ? `${waiting.op} was still queued`
      : open !== null
        ? `the breaker was ${open.state === 'isolated' ? 'forced open' : 'open'}`
        : null
  const about = { op, node, at: settled.at }
  if (isOverflow(promised, other, reason !== null)) {
    report.occasion()
    const most = queue?.mostDuring(began.seq, settled.seq) ?? 0
    if (most >= promised.capacity) return
    report.violation({
      ...about,
      message: `${op} was refused on ${node} as if its queue were full`,
      expected: `queued, for ${promised.capacity} may be`,
      actual: `${promised.code} with at most ${most} queued`,
    })
    return
  }
  if (reason === null || isExcused(ledger, other)) return
  const { status, error } = settled
  report.violation({
    ...about,
    message: `${op} was not queued on ${node}, though ${reason}`,
    expected: `queued, or refused with ${promised.code} where the queue is full`,
    actual: `${status}${error === null ? '' : ` with ${error.code}`} at ${settled.at} ms, called at ${began.at} ms`,
  })
}

/** The breaker was open from the call until it refused it; at its reset time a call may be let through. */
function openThroughout({ called, refusal }: Promised, { operation, settled }: Other): Period | null {
  const period = called.get(operation.op)
  if (period === undefined || settled.error?.code !== refusal) return null
  return period.ended === null || period.ended.seq > settled.seq ? period : null
}

/** Where both refuse with one code, it is the breaker that does, unless the publish must have been queued. */
function isOverflow({ code, refusal }: Promised, { operation, settled }: Other, isDue: boolean): boolean {
  if (settled.error?.code !== code) return false
  return code !== refusal || (isDue && operation.attempts.length === 0)
}

/** Given up by its caller, called on a bus that closes, or of a kind that no bus takes. */
function isExcused({ nodes }: Ledger, { operation, settled }: Other): boolean {
  const { aborted, node } = operation
  const gone = nodes.goneAt(node)
  return (
    (aborted !== null && aborted.seq < settled.seq) ||
    (gone !== null && gone.seq < settled.seq) ||
    (settled.error?.retryable === false && operation.attempts.length === 0)
  )
}
