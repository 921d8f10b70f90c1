import { idOf } from '../../history/ranks.ts'
import type { Report } from '../check.ts'
import type { Position } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore, join, listIn } from '../tracker/moment.ts'
import type { WriteOperation } from '../tracker/operations.ts'
import { inWords } from '../tracker/positions.ts'
import { instant } from '../tracker/timing.ts'
import type { Tell } from './tell.ts'
import type { Traces } from './traces.ts'

/** If an outbox is claimed, the event of every committed row is eventually published, whatever its caller received. */
export function judgeRelayed(traces: Traces, tell: Tell, write: WriteOperation): void {
  const { op, write: of, settled } = write
  // A write that was acknowledged without its event is reported already.
  if (of.rollsBack || settled?.status === 'acknowledged' || !traces.lacksEvent(write)) return
  const isCommitted = traces.row(write) !== null || (of.isStored === true && !traces.lacksRow(write))
  if (!isCommitted) return
  const message = `the write of ${op} is committed, and its event was never published (lost event)`
  tell(message, `${op} eventually published`, settled === null ? 'its process ended before it was' : 'never stored')
}

/** A write, and the position of its event. */
interface Placed {
  readonly place: Position
  readonly write: WriteOperation
}

/** By how much clocks of two processes may differ on what happens at the same time, ms. */
const SKEW = 1

/** If one write returned before another was called, its event comes first, if both are in one partition. */
export function judgeOrder(ledger: Ledger, report: Report): void {
  const lines = new Map<string, Placed[]>()
  for (const write of ledger.operations.writes()) {
    const [place] = ledger.positions.witnessed(write.op)
    if (place === undefined || write.write.isStored !== true) continue
    listIn(lines, join(place.topic, place.partition)).push({ place, write })
  }
  for (const line of lines.values()) {
    line.sort((one, other) => one.place.offset - other.place.offset)
    let latest: Placed | null = null
    for (const one of line) {
      if (latest !== null && isCommittedBefore(ledger, one.write, latest.write))
        tellOvertaken(ledger, report, one, latest)
      else if (latest === null || isBefore(latest.write.began, one.write.began)) latest = one
    }
  }
}

function isCommittedBefore({ run }: Ledger, { settled }: WriteOperation, { began }: WriteOperation): boolean {
  if (settled === null || !isBefore(settled, began)) return false
  return run.site === 'simulated' || began.at - settled.at > SKEW
}

function tellOvertaken(
  { positions }: Ledger,
  report: Report,
  { place: second, write: { op: earlier, settled } }: Placed,
  { place: first, write: { op: later, node, began } }: Placed,
): void {
  report.violation({
    message: `the outbox sent ${later} before ${earlier}, although ${earlier} was committed first`,
    expected: `events in commit order: ${earlier} had been committed at ${instant(settled?.at ?? 0)} ms, before the write of ${later} began at ${instant(began.at)} ms`,
    actual: `${later} stored at ${inWords(first)} and ${earlier} at @${idOf(second)}`,
    op: later,
    others: [earlier],
    positions: [first, second],
    node,
    at: positions.storedAt(later)?.at ?? began.at,
  })
}
