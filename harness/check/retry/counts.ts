import { redrivenOp } from '../../history/op.ts'
import type { Check, Report } from '../check.ts'
import type { EventOf } from '../event.ts'
import { isWhole } from '../tracker/causes.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { listIn } from '../tracker/moment.ts'
import type { Try } from '../tracker/tries.ts'
import { judgeLetters } from './attempts-told.ts'
import { about } from './handler-attempts.ts'

/** retry/6: the attempt numbers of deliveries and dead letters are correct, and a retry sends the same bytes. */
export const counts: Check = {
  clause: 'retry/6',
  file: import.meta.url,
  detect: (ledger, report) => {
    const stored = new Map<string, EventOf<'stored'>[]>()
    return {
      takes: ['stored'],
      step(event) {
        // Each dead letter that is redriven is a message of its own.
        if (event.type === 'stored' && event.op !== null && redrivenOp(event.op) === null)
          listIn(stored, event.op).push(event)
      },
      end(complete) {
        if (isWhole(ledger, complete)) judgeNumbers(ledger, report)
        judgeLetters(ledger, report, complete)
        for (const copies of stored.values()) judgeCopies(report, copies)
      },
    }
  },
}

function judgeNumbers(ledger: Ledger, report: Report): void {
  for (const series of ledger.tries.series()) {
    report.occasion(series.length - 1)
    report.kind('a further call', series.length - 1)
    judgeSeries(report, series)
  }
}

function judgeSeries(report: Report, series: readonly Try[]): void {
  const wrong = series.find(({ delivered, possible }) => !possible.includes(delivered.attempt))
  if (wrong === undefined) return
  const { delivered, possible } = wrong
  report.violation({
    ...about(wrong),
    message: `${delivered.consumer} received ${delivered.op ?? 'a message'} with the wrong attempt number ${delivered.attempt}`,
    expected: `attempt ${possible.join(' or ')}: 1 when a member first receives the message, one more for each retry`,
    actual: `attempt ${delivered.attempt}`,
  })
}

const PARTS = ['key', 'value', 'headers'] as const

function judgeCopies(report: Report, copies: readonly EventOf<'stored'>[]): void {
  const [first, ...others] = copies
  if (first === undefined || others.length === 0) return
  report.occasion()
  report.kind('stored more than once')
  for (const copy of others) {
    const part = PARTS.find((one) => copy.content[one] !== first.content[one])
    if (part === undefined) continue
    report.violation({
      message: `${copy.op} was stored again with another ${part}`,
      expected: `${part}: ${first.content[part]}`,
      actual: `${part}: ${copy.content[part]}`,
      at: copy.at,
      op: copy.op,
    })
  }
}
