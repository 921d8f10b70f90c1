import type { Report } from '../report.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore, join, listIn } from '../tracker/moment.ts'
import type { WriteOperation } from '../tracker/operations.ts'
import type { Tell } from './tell.ts'
import type { Traces } from './traces.ts'

/** Where an outbox is claimed, the event of every committed row is published in the end, whatever its caller was told. */
export function judgeRelayed(traces: Traces, tell: Tell, write: WriteOperation): void {
  const { op, write: of, settled } = write
  // What was acknowledged without its event is told already.
  if (of.rollsBack || settled?.status === 'acknowledged' || !traces.lacksEvent(write)) return
  const isCommitted = traces.row(write) !== null || (of.isStored === true && !traces.lacksRow(write))
  if (!isCommitted) return
  const message = `the write of ${op} is committed, and its event was never published (lost event)`
  tell(message, `${op} published in the end`, settled === null ? 'its process ended before it was' : 'never stored')
}

/** By how much clocks of two processes may differ on what happens at the same time, ms. */
const SKEW = 1

/** Of writes of which one had returned before the other was called, events lie in that order, where they lie side by side. */
export function judgeOrder(ledger: Ledger, report: Report): void {
  const lines = new Map<string, { readonly offset: number; readonly write: WriteOperation }[]>()
  for (const write of ledger.operations.writes()) {
    const [place] = ledger.positions.witnessed(write.op)
    if (place === undefined || write.write.isStored !== true) continue
    listIn(lines, join(place.topic, place.partition)).push({ offset: place.offset, write })
  }
  for (const line of lines.values()) {
    line.sort((one, other) => one.offset - other.offset)
    let latest: WriteOperation | null = null
    for (const { write } of line) {
      if (latest !== null && isCommittedBefore(ledger, write, latest)) tellOvertaken(report, write, latest)
      else if (latest === null || isBefore(latest.began, write.began)) latest = write
    }
  }
}

function isCommittedBefore({ run }: Ledger, { settled }: WriteOperation, { began }: WriteOperation): boolean {
  if (settled === null || !isBefore(settled, began)) return false
  return run.site === 'simulated' || began.at - settled.at > SKEW
}

function tellOvertaken(report: Report, earlier: WriteOperation, later: WriteOperation): void {
  report.violation({
    message: `${later.op} left the outbox before ${earlier.op}, although the write of ${earlier.op} had been committed before its own began`,
    expected: 'events in the order of commits',
    actual: `the write of ${earlier.op} returned at ${earlier.settled?.at} ms, that of ${later.op} began at ${later.began.at} ms`,
    op: earlier.op,
    node: earlier.node,
    at: later.began.at,
  })
}
