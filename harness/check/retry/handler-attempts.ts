import type { Report } from '../check.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { counted } from '../tracker/timing.ts'
import type { Try } from '../tracker/tries.ts'

/** A member passes a message to its handler at most 1 + retries times, unless it is redelivered for a reason. */
export function judgeHandlers(ledger: Ledger, report: Report): void {
  const { handling } = ledger.run.claims
  if (handling === undefined) return
  for (const series of ledger.tries.series()) judgeTotal(report, series, 1 + handling.retries)
}

/** The harness counts the calls itself, and does not use the adapter's number. */
function judgeTotal(report: Report, series: readonly Try[], most: number): void {
  const surplus = series.findLast(({ number }) => number > most)
  if (surplus === undefined) return
  const { consumer, op } = surplus.delivered
  report.violation({
    ...about(surplus),
    message: `${consumer} received ${op ?? 'a message'} ${surplus.number} times, which is too often`,
    expected: `${counted(most, 'attempt')}: the first one and ${most - 1} retries`,
    actual: `${series.length} calls of its handler, the last reported as attempt ${series.at(-1)?.delivered.attempt}`,
  })
}

/** Where a violation that a call of a handler shows is put. */
export const about = ({ delivered: { consumer, group, node, began, op } }: Try) => ({
  consumer,
  group,
  node,
  at: began.at,
  op,
})
