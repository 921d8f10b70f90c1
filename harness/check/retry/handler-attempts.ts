import type { Report } from '../report.ts'
import { mayBeStoredTwice, mayRedeliver } from '../tracker/causes.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { join, listIn } from '../tracker/moment.ts'

/** A member hands a message to its handler at most 1 + retries times, unless it is redelivered for a reason. */
export function judgeHandlers(ledger: Ledger, report: Report): void {
  const { handling } = ledger.run.claims
  if (handling === undefined) return
  const most = 1 + handling.retries
  for (const series of seriesOf(ledger)) {
    const first = series[0]
    const last = series.at(-1)
    if (first === undefined || last === undefined) continue
    judgePermanent(ledger, report, series)
    const highest = Math.max(...series.map(({ attempt }) => attempt))
    if (highest <= most && (series.length <= most || isRedelivered(ledger, first, last))) continue
    report.violation({
      message: `${first.consumer} was given ${first.op ?? 'a message'} ${Math.max(highest, series.length)} times, which is too often`,
      expected: `${most} attempts: the first one and ${handling.retries} retries`,
      actual: `${series.length} calls of its handler, the last as attempt ${last.attempt}`,
      group: first.group,
      node: first.node,
      at: last.began.at,
      ...(first.op === null ? {} : { op: first.op }),
    })
  }
}

/** What a handler rejected for good is not handed to it again, unless it is redelivered for a reason. */
function judgePermanent(ledger: Ledger, report: Report, series: readonly Delivered[]): void {
  for (const [index, rejected] of series.entries()) {
    const next = series[index + 1]
    if (rejected.handled?.outcome !== 'permanent' || next === undefined) continue
    if (isRedelivered(ledger, rejected, next)) continue
    report.violation({
      message: `${next.consumer} was given ${next.op ?? 'a message'} again though it had rejected it as permanent`,
      expected: 'no further call of its handler with this message',
      actual: `rejected at ${rejected.handled.at} ms, called again as attempt ${next.attempt} at ${next.began.at} ms`,
      group: next.group,
      node: next.node,
      at: next.began.at,
      ...(next.op === null ? {} : { op: next.op }),
    })
    return
  }
}

/** Deliveries of one message at one place to one member. */
function seriesOf({ deliveries }: Ledger): Iterable<readonly Delivered[]> {
  const series = new Map<string, Delivered[]>()
  for (const delivered of deliveries.all) {
    if (delivered.op === null) continue
    listIn(series, join(delivered.consumer, delivered.op, delivered.position?.offset ?? '')).push(delivered)
  }
  return series.values()
}

function isRedelivered(ledger: Ledger, first: Delivered, last: Delivered): boolean {
  const operation = ledger.operations.get(first.op)
  const isCopy = first.position === null && operation !== undefined && mayBeStoredTwice(ledger, operation)
  return isCopy || mayRedeliver(ledger, first.group, first.began.at, last.began.at)
}
