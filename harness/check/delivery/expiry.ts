import type { Check, Report } from '../check.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isAcknowledged, outcomeOf } from '../tracker/operations.ts'
import type { Pass } from '../tracker/passes.ts'
import { rounded } from '../tracker/timing.ts'

/** delivery/12: a message is skipped after its time to live, and not before. */
export const expiry: Check = {
  clause: 'delivery/12',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end() {
      for (const call of ledger.deliveries.all) judgeCall(ledger, report, call)
      for (const pass of ledger.passes.all()) if (pass.event.why === 'expired') judgePass(ledger, report, pass)
    },
  }),
}

/** Its time to live runs from when it was stored, between its publish and the acknowledgement; each copy has its own. */
function judgeCall(ledger: Ledger, report: Report, { op, group, node, consumer, began }: Delivered): void {
  const operation = ledger.operations.get(op)
  if (op === null || operation?.ttlMs == null || !isAcknowledged(operation)) return
  const stored = ledger.run.witness === 'live' ? ledger.positions.lastStoredAt(op) : outcomeOf(operation)
  if (stored === null) return
  const until = stored.at + operation.ttlMs
  if (began.at <= until + ledger.run.slack) {
    report.kind('handled within its time to live')
    return
  }
  report.occasion()
  report.violation({
    message: `${op} was delivered to ${consumer} after its time to live of ${operation.ttlMs} ms`,
    expected: `skipped from ${rounded(until)} ms on`,
    actual: `delivered to ${consumer} at ${began.at} ms`,
    op: operation.op,
    consumer,
    group,
    node,
    at: began.at,
  })
}

function judgePass(ledger: Ledger, report: Report, pass: Pass): void {
  const { group, node, consumer } = pass.event
  const operation = ledger.operations.get(pass.op)
  if (operation === undefined) return
  report.occasion()
  report.kind('skipped')
  const { op, ttlMs, began } = operation
  if (ttlMs !== null && pass.at >= began.at + ttlMs - 1) return
  report.violation({
    message: `${consumer} skipped ${op} as expired, ${ttlMs === null ? 'but it never expires' : 'before its time to live was over'} (lost write)`,
    expected: ttlMs === null ? `${op} handled in ${group}` : `not before ${rounded(began.at + ttlMs)} ms`,
    actual: `published at ${began.at} ms, skipped at ${pass.at} ms`,
    op,
    consumer,
    group,
    node,
    at: pass.at,
  })
}
