import type { Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Operation, Settled } from '../tracker/operations.ts'
import { rounded } from '../tracker/timing.ts'
import type { Period } from './model.ts'

/** A call in this period must be refused at once: it is an occasion, unless something excuses it. */
export function judgeCall(
  ledger: Ledger,
  report: Report,
  code: string,
  operation: Operation,
  { node, state, since, ended }: Period,
  complete: boolean,
): void {
  const { op, began, settled, aborted } = operation
  const bound = began.at + ledger.run.slack
  const inTime = settled !== null && settled.at <= bound
  if (inTime && isRefusal(ledger, settled, code)) {
    report.occasion()
    if (settled.error?.code === code) judgeEffect(report, operation, settled)
    return
  }
  const until = inTime ? settled.at : bound
  const gone = ledger.nodes.goneAt(node)
  const isExcused =
    (ended !== null && ended.at <= until) ||
    (aborted !== null && aborted.at <= until) ||
    (gone !== null && gone.at <= until) ||
    (inTime && (settled.status === 'queued' || settled.error?.retryable === false)) ||
    (settled === null && (!complete || ledger.now().at <= bound))
  if (isExcused) return
  report.occasion()
  report.violation({
    message: `${op} was not refused at once, although the breaker of ${node} was ${state === 'isolated' ? 'forced open' : 'open'}`,
    expected: `an error ${code} within ${ledger.run.slack} ms`,
    actual: howItEnded(operation),
    op,
    node,
    at: Math.max(until, since.at),
  })
}

/** Nothing was sent of a call that was refused at once, so that its caller may repeat it without fear of a duplicate. */
export function judgeEffect(report: Report, { op, node, attempts }: Operation, { error, at }: Settled): void {
  if (error === null || error.effect === 'none' || attempts.length > 0) return
  report.violation({
    message: `nothing of ${op} was sent by ${node}, but its error says that it may have happened`,
    expected: `${error.code} with effect none`,
    actual: `${error.code} with effect ${error.effect ?? 'untold'}`,
    op,
    node,
    at,
  })
}

/** Or it was queued, or refused because the queue was full, if a queue is claimed; breaker/11 judges whether that was right. */
function isRefusal({ run }: Ledger, { status, error }: Settled, code: string): boolean {
  const { degradation } = run.claims
  const isDegraded = degradation !== undefined && (status === 'queued' || error?.code === degradation.code)
  return error?.code === code || isDegraded
}

function howItEnded({ began, settled }: Operation): string {
  if (settled === null) return 'it never settled'
  return `${settled.status}${settled.error === null ? '' : ` with ${settled.error.code}`} ${rounded(settled.at - began.at)} ms after the call`
}
