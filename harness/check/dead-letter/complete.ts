import type { Check, Report } from '../check.ts'
import type { EventOf } from '../event.ts'
import { originalOf } from '../tracker/dead-letters.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Operation } from '../tracker/operations.ts'
import { inWords, samePosition } from '../tracker/positions.ts'
import { type Difference, untrueFields, wrongFields } from './true-fields.ts'

const PARTS = ['key', 'value', 'headers'] as const

/** dead-letter/3: a dead letter carries the message byte for byte, and its fields state correctly where and why it failed. */
export const complete: Check = {
  clause: 'dead-letter/3',
  file: import.meta.url,
  detect: (ledger, report) => ({
    end() {
      for (const { found } of ledger.deadLetters.all()) {
        if (found === null) continue
        report.occasion()
        judge(ledger, report, found)
      }
    },
  }),
}

function judge(ledger: Ledger, report: Report, letter: EventOf<'dead-letter'>): void {
  const { op, fields } = letter
  const operation = ledger.operations.get(op)
  const name = op ?? `the message at ${inWords(letter.position)}`
  const lacks: Difference = {
    what: 'headers',
    expected: 'a dead letter that names the message',
    actual: 'one that does not',
  }
  const wrong = wrongFields(ledger, letter, op)
  const differences = [
    ...(op === null ? [lacks] : []),
    ...wrong,
    ...untrueFields(ledger, letter).filter(({ what }) => !wrong.some((one) => one.what === what)),
    ...(operation === undefined ? [] : wrongContent(operation, letter)),
    ...(operation === undefined ? [] : wrongPlace(ledger, operation, letter)),
  ]
  for (const { what, expected, actual } of differences) {
    report.violation({
      message: `the dead letter of ${name} has a wrong ${what}`,
      expected: `${what}: ${expected}`,
      actual: `${what}: ${actual}`,
      at: letter.at,
      op,
      ...(fields['original_group'] === undefined ? {} : { group: fields['original_group'] }),
    })
  }
}

function wrongContent(operation: Operation, { content }: EventOf<'dead-letter'>): Difference[] {
  return PARTS.filter((part) => content[part] !== operation.content[part]).map((part) => ({
    what: part,
    expected: operation.content[part],
    actual: content[part],
  }))
}

function wrongPlace({ positions }: Ledger, { op, topic }: Operation, letter: EventOf<'dead-letter'>): Difference[] {
  const original = letter.fields['original_topic']
  if (original !== undefined && original !== topic)
    return [{ what: 'original_topic', expected: topic, actual: original }]
  const place = originalOf(letter)
  const known = positions.of(op)
  if (place === null || known.length === 0 || known.some((one) => samePosition(one, place))) return []
  return [{ what: 'position', expected: known.map(inWords).join(' or '), actual: inWords(place) }]
}
