import type { SeenRow } from '../../events/parts.ts'
import type { Check } from '../check.ts'
import { isCalm } from '../delivery/liveness-calm.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { WriteOperation } from '../tracker/operations.ts'
import { isHurried } from './hurried.ts'
import { judgeOrder, judgeRelayed } from './outbox.ts'
import { judgeStoredAgain } from './stored-again.ts'
import { type Tell, teller } from './tell.ts'
import { createTraces, type Traces } from './traces.ts'
import { judgeValues } from './values.ts'

/** fail-fast/8: a write and its event, or neither. */
export const written: Check = {
  clause: 'fail-fast/8',
  file: import.meta.url,
  detect: (ledger, report) => {
    const hasOutbox = ledger.run.claims.write?.outbox === true
    let rows: readonly SeenRow[] | null = null
    return {
      takes: ['rows'],
      step(event) {
        if (event.type === 'rows') rows = event.rows
      },
      end(complete) {
        const traces = createTraces(ledger, rows, complete)
        for (const write of ledger.operations.writes()) {
          if (isOccasion(ledger, write)) {
            report.occasion()
            report.kind(write.write.rollsBack ? 'rolled back' : 'failed, or its event met a fault')
          }
          const tell = teller(report, write)
          if (write.write.rollsBack) judgeRollBack(traces, tell, write)
          else judgeCommit(ledger, traces, tell, write)
          judgeEvent(ledger, traces, tell, write)
          if (hasOutbox) judgeRelayed(traces, tell, write)
          const row = traces.row(write)
          if (row !== null) judgeValues(write, row, tell)
        }
        if (hasOutbox) judgeOrder(ledger, report)
        if (complete) judgeStoredAgain(ledger, report)
      },
    }
  },
}

function isOccasion({ faults }: Ledger, { write, began, settled }: WriteOperation): boolean {
  if (write.rollsBack || settled?.status !== 'acknowledged') return true
  return faults.landed('publish', began.at, settled.at)
}

function judgeRollBack(traces: Traces, tell: Tell, write: WriteOperation): void {
  const { op, write: of } = write
  const expected = `no row ${of.row.id}, no event ${op}, and an error to the caller`
  if (of.isStored === true)
    tell(`the write of ${op} was rolled back, and its caller was told that it is stored`, expected, 'stored')
  if (traces.row(write) !== null)
    tell(`the write of ${op} was rolled back, but its row is stored`, expected, `${of.row.id} is there`)
  const seen = traces.event(write)
  if (seen === null) return
  const { where, fields } = seen
  tell(`${op} was ${where}, but its write was rolled back (phantom event)`, expected, where, fields)
}

function judgeCommit(ledger: Ledger, traces: Traces, tell: Tell, write: WriteOperation): void {
  if (write.settled === null) return
  if (write.write.isStored === true) judgeStored(ledger, traces, tell, write)
  else judgeFailed(ledger, traces, tell, write)
  const { op, node, began, settled } = write
  const isDone = write.write.isStored === true && settled.status !== 'failed'
  if (isDone || !isCalm(ledger) || isHurried(ledger, began.at, settled.at)) return
  // A bus may have its breaker guard writes, or their events, too.
  if (ledger.forcedOpen.touch(node, began.at, settled.at)) return
  const actual = `${settled.error?.code ?? 'no code'}, ${settled.error?.message ?? 'no error'}`
  tell(`the write of ${op} failed, but no fault was near`, 'every write done in a run without faults', actual)
}

/** The caller was told that the row is stored. */
function judgeStored({ run }: Ledger, traces: Traces, tell: Tell, write: WriteOperation): void {
  const { op, settled, write: of } = write
  if (traces.lacksRow(write))
    tell(`the write of ${op} is lost: its caller was told that it is stored`, `the row ${of.row.id}`, 'no such row')
  switch (settled?.status) {
    case 'acknowledged': {
      const late = traces.comesLate(write)
      if (traces.lacksEvent(write) || late !== null) {
        const message = `the write of ${op} was acknowledged without its event, and without an error (lost event)`
        tell(message, `${op} stored before the receipt, or a receipt that reports the failure`, late ?? 'never stored')
      }
      return
    }
    case 'queued':
      if (run.claims.write?.outbox !== true)
        tell(`the event of the write of ${op} was queued, but no outbox is claimed`, 'published, or an error', 'queued')
      return
    case 'failed':
      if (run.claims.write?.event === 'required')
        tell(
          `the write of ${op} is stored without its event, which is required`,
          'an error to the caller, and no row',
          'a receipt for the row',
        )
      else if (settled.error === null)
        tell(`the event of the write of ${op} failed, and its receipt does not say why`, 'an error', 'none')
  }
}

/** The caller was told that the write failed. */
function judgeFailed({ run }: Ledger, traces: Traces, tell: Tell, write: WriteOperation): void {
  const { op, settled, write: of } = write
  if (traces.row(write) === null) return
  const expected = `no row ${of.row.id}`
  if (settled?.error?.effect === 'none')
    tell(`the write of ${op} failed with effect none, but its row is stored`, expected, `${of.row.id} is there`)
  else if (run.claims.write?.event === 'required' && traces.lacksEvent(write))
    tell(
      `the write of ${op} failed, but its row is stored without its event, which is required`,
      expected,
      'only the row',
    )
}

/** Of every event that was published, whatever the caller was told. */
function judgeEvent(ledger: Ledger, traces: Traces, tell: Tell, write: WriteOperation): void {
  const { op, write: of } = write
  const seen = traces.event(write)
  if (seen === null) return
  const { where, fields } = seen
  if (!of.rollsBack && traces.lacksRow(write))
    tell(`${op} was ${where}, but its row is not stored (phantom event)`, `the row ${of.row.id}`, where, fields)
  const copies = ledger.positions.witnessed(op).length
  if (copies > 1 && !traces.mayRepeat(write))
    tell(`${op}, the event of one write, was stored ${copies} times for no reason`, 'stored once', `${copies} copies`)
}
