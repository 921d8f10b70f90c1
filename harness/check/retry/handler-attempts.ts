import type { Report } from '../report.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { counted } from '../tracker/timing.ts'
import { isRedelivered, type Try } from '../tracker/tries.ts'

/**
 * A member hands a message to its handler at most 1 + retries times, unless it is redelivered for a reason, and tells
 * truly which of them each is.
 */
export function judgeHandlers(ledger: Ledger, report: Report): void {
  const { handling } = ledger.run.claims
  for (const series of ledger.tries.series()) {
    judgeNumbers(report, series)
    if (handling === undefined) continue
    judgePermanent(ledger, report, series)
    judgeTotal(report, series, 1 + handling.retries)
  }
}

/** The harness counts the calls itself: the adapter's own number is not what it is judged by. */
function judgeTotal(report: Report, series: readonly Try[], most: number): void {
  const surplus = series.findLast(({ number }) => number > most)
  if (surplus === undefined) return
  const { consumer, op } = surplus.delivered
  report.violation({
    ...about(surplus),
    message: `${consumer} was given ${op ?? 'a message'} ${surplus.number} times, which is too often`,
    expected: `${counted(most, 'attempt')}: the first one and ${most - 1} retries`,
    actual: `${series.length} calls of its handler, the last reported as attempt ${series.at(-1)?.delivered.attempt}`,
  })
}

function judgeNumbers(report: Report, series: readonly Try[]): void {
  const wrong = series.find(({ delivered, possible }) => !possible.includes(delivered.attempt))
  if (wrong === undefined) return
  const { delivered, possible } = wrong
  report.violation({
    ...about(wrong),
    message: `${delivered.consumer} was given ${delivered.op ?? 'a message'} as attempt ${delivered.attempt}, which it was not`,
    expected: `attempt ${possible.join(' or ')}: 1 when a member first has the message, and one more for each retry`,
    actual: `attempt ${delivered.attempt}`,
  })
}

/** What a handler rejected for good is not handed to it again, unless it is redelivered for a reason. */
function judgePermanent(ledger: Ledger, report: Report, series: readonly Try[]): void {
  const again = series.find(
    ({ delivered, before }) => before?.handled?.outcome === 'permanent' && !isRedelivered(ledger, before, delivered),
  )
  const rejected = again?.before?.handled
  if (again === undefined || rejected == null) return
  const { consumer, op, attempt, began } = again.delivered
  report.violation({
    ...about(again),
    message: `${consumer} was given ${op ?? 'a message'} again though it had rejected it as permanent`,
    expected: 'no further call of its handler with this message',
    actual: `rejected at ${rejected.at} ms, called again as attempt ${attempt} at ${began.at} ms`,
  })
}

const about = ({ delivered: { group, node, began, op } }: Try) => ({
  group,
  node,
  at: began.at,
  ...(op === null ? {} : { op }),
})
