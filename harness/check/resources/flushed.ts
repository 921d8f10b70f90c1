import type { Check, Report } from '../check.ts'
import type { Moment } from '../tracker/moment.ts'
import { type Operation, outcomeOf } from '../tracker/operations.ts'

/** resources/3: a publish that a bus accepted before or during its close is stored, or is an error. */
export const flushed: Check = {
  clause: 'resources/3',
  file: import.meta.url,
  detect: ({ run, operations, nodes }, report) => {
    /** When each was first seen stored; a witness that reads at the end shows no earlier moment. */
    const stored = new Map<string, Moment>()
    return {
      takes: ['stored'],
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
  },
}

/** It was called before the close, and had not settled, or had been accepted and was not known to be stored. */
function isUnderWay(operation: Operation, closing: Moment, place: Moment | null): boolean {
  const { began } = operation
  if (began.seq > closing.seq) return false
  const outcome = outcomeOf(operation)
  if (outcome === null || outcome.seq > closing.seq) return true
  return outcome.status !== 'failed' && (place === null || place.seq > closing.seq)
}

function judge(report: Report, operation: Operation, place: Moment | null): void {
  const { op, node } = operation
  const settled = outcomeOf(operation) ?? operation.settled
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
