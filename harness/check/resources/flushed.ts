import type { Detect } from '../detect.ts'
import type { Report } from '../report.ts'
import type { Moment } from '../tracker/moment.ts'
import type { Operation } from '../tracker/operations.ts'

/** resources/3: what a bus has accepted when it is closed, or accepts while it closes, is stored, or was an error. */
export const flushed: Detect = ({ run, operations, nodes }, report) => {
  /** When each was first seen stored; a witness that reads at the end tells of no moment before it. */
  const stored = new Map<string, Moment>()
  return {
    step(event, moment) {
      if (event.type === 'stored' && event.op !== null && !stored.has(event.op)) stored.set(event.op, moment)
    },
    end(complete) {
      if (run.witness === 'none' || !complete) return
      for (const operation of operations.all()) {
        const record = nodes.get(operation.node)
        const closing = record?.closes[0]?.began
        if (closing === undefined || record?.exited !== null) continue
        const place = stored.get(operation.op) ?? null
        if (isUnderWay(operation, closing, run.witness === 'live' ? place : null)) judge(report, operation, place)
      }
    },
  }
}

/** It was called before the close, and had not settled, or had been accepted and was not known to be stored. */
function isUnderWay({ began, settled }: Operation, closing: Moment, place: Moment | null): boolean {
  if (began.seq > closing.seq) return false
  if (settled === null || settled.seq > closing.seq) return true
  return settled.status !== 'failed' && (place === null || place.seq > closing.seq)
}

function judge(report: Report, { op, node, settled }: Operation, place: Moment | null): void {
  report.occasion()
  if (place !== null || settled === null || settled.status === 'failed') return
  report.violation({
    message: `${op} was ${settled.status}, and dropped when ${node} closed`,
    expected: `${op} is stored, or its publish fails`,
    actual: `${settled.status} at ${settled.at} ms, never stored`,
    op,
    node,
    at: settled.at,
  })
}
