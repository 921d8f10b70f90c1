import { redrivenOp } from '../../history/op.ts'
import type { Check, Report } from '../check.ts'
import type { EventOf } from '../event.ts'
import type { Letter } from '../tracker/dead-letters.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { isBefore, listIn, type Moment } from '../tracker/moment.ts'
import type { Redrive } from '../tracker/redrives.ts'
import { counted } from '../tracker/timing.ts'
import { judgeReaders } from './letter-readers.ts'
import { isStoredBy, judgeSettling } from './redrive-settling.ts'

/**
 * dead-letter/7: a redrive without obstacles succeeds in time and returns the number of messages; a redriven dead letter is the
 * original message, marked; a consumer that fails to handle dead letters creates no further ones of them, and continues.
 */
export const redriven: Check = {
  clause: 'dead-letter/7',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end(complete) {
      if (!complete) return
      for (const redrive of ledger.redrives.all) judgeRedrive(ledger, report, redrive)
      judgeNested(ledger, report)
      judgeReaders(ledger, report)
    },
  }),
}

function judgeRedrive(ledger: Ledger, report: Report, redrive: Redrive): void {
  judgeSettling(ledger, report, redrive)
  const { name, topic, node, began, ended } = redrive
  if (ended === null || ended.told.error !== undefined) return
  const letters = new Map<string, Letter[]>()
  // A publish that seemed to fail is tried again, and what it stored may lie there twice: as of any publish.
  const mayDouble = ledger.redrives.isTroubled(name)
  for (const letter of ledger.deadLetters.all()) {
    const { op, found } = letter
    if (op === null || found === null || ledger.operations.get(op)?.topic !== topic) continue
    // What is rejected again while the redrive lasts may be redriven again.
    listIn(letters, redrivenOp(op) ?? op).push(letter)
  }
  for (const [op, of] of letters) {
    const before = of.filter((letter) => wasThere(ledger, letter, began))
    const stored = ledger.redrives.stored(op)
    if (before.length === 0) continue
    report.occasion()
    const inTime = stored.filter((copy) => isStoredBy(ledger, copy, ended))
    const about = { op, node, at: ended.at }
    const expected = `${counted(before.length, 'message')} marked as redriven in ${topic}, one for each dead letter`
    if (stored.length < before.length || (stored.length > of.length && !mayDouble)) {
      const message = `the dead letter of ${op} was ${stored.length === 0 ? 'redriven without its mark' : 'not redriven once'}`
      report.violation({ ...about, message, expected, actual: counted(stored.length, 'message') })
    } else if (inTime.length < before.length) {
      const message = `the redrive of ${topic} resolved before the dead letter of ${op} was redriven`
      report.violation({ ...about, message, expected, actual: `${counted(inTime.length, 'message')} by then` })
    }
    for (const { found: copy } of stored) judgeCopy(ledger, report, { op, node, topic, copy })
  }
}

/** Whether the dead letter certainly lay there when the redrive began. */
function wasThere({ deadLetters }: Ledger, letter: Letter, began: Moment): boolean {
  const since = deadLetters.thereFrom(letter)
  return since !== null && isBefore(since, began)
}

interface Copy {
  readonly op: string
  readonly node: string
  readonly topic: string
  readonly copy: EventOf<'stored'>
}

function judgeCopy({ operations }: Ledger, report: Report, { op, node, topic, copy }: Copy): void {
  const original = operations.get(op)?.content
  const about = { op, node, at: copy.at }
  for (const what of ['key', 'value', 'headers'] as const) {
    if (original === undefined || original[what] === copy.content[what]) continue
    report.violation({
      ...about,
      message: `${op} was redriven with ${what === 'headers' ? 'other headers' : `another ${what}`}`,
      expected: original[what],
      actual: copy.content[what],
    })
  }
  if (copy.position.topic === topic) return
  const message = `${op} was redriven to another topic than it came from`
  report.violation({ ...about, message, expected: topic, actual: copy.position.topic })
}

function judgeNested({ redrives }: Ledger, report: Report): void {
  for (const { op, fields, position, at } of redrives.nested) {
    report.violation({
      message: `a consumer that reads dead letters dead-lettered that of ${op ?? 'a message'} again`,
      expected: 'it leaves what it cannot handle where it is',
      actual: `a dead letter of ${fields['original_topic'] ?? 'it'} in ${position.topic}`,
      at,
      op,
    })
  }
}
