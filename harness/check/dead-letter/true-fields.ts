import type { EventOf } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'

export interface Difference {
  readonly what: string
  readonly expected: string
  readonly actual: string
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
const filled = (text: string): boolean => text.trim() !== ''
const numeric = (text: string): boolean => /^\d+$/.test(text)

/** What each field must be, in words and as a test. */
const FIELDS: Readonly<Record<string, readonly [must: string, test: (text: string) => boolean]>> = {
  original_topic: ['a topic', filled],
  original_partition: ['a whole number', numeric],
  original_position: ['a whole number', numeric],
  original_group: ['a group', filled],
  failure_reason: ['a reason', filled],
  error_type: ['a type', filled],
  failure_timestamp: ['an ISO 8601 time', (text) => TIMESTAMP.test(text) && !Number.isNaN(Date.parse(text))],
  attempts: ['a number of at least 1', (text) => numeric(text) && Number(text) >= 1],
}
/** Required only if the bus has positions. */
const PLACE = new Set(['original_partition', 'original_position'])

/** `op`: that of its message; null if the message is unknown. */
export function wrongFields(
  { positions }: Ledger,
  { fields, position }: EventOf<'dead-letter'>,
  op: string | null,
): Difference[] {
  const hasIds = position.id !== undefined
  const placed = op === null || positions.of(op).length > 0
  return Object.entries(FIELDS).flatMap(([what, [expected, test]]) => {
    const actual = fields[what]
    if (actual === undefined && PLACE.has(what) && !placed) return []
    if (actual !== undefined && (what === 'original_position' && hasIds ? filled : test)(actual)) return []
    return [
      { what, expected: what === 'original_position' && hasIds ? 'an id' : expected, actual: actual ?? 'missing' },
    ]
  })
}

/** How a missing value looks as text. */
const PLACEHOLDERS: ReadonlySet<string> = new Set(['undefined', 'null', '[object Object]', 'NaN'])
/** How far a clock may be set during a run without an event about it, ms. */
const CLOCK_STEP = 60_000

/** Fields that are present but cannot be correct; retry/6 judges the attempts. */
export function untrueFields(ledger: Ledger, { fields }: EventOf<'dead-letter'>): Difference[] {
  return [...untrueTexts(fields), ...untrueTime(ledger, fields['failure_timestamp'])]
}

const untrueTexts = (fields: EventOf<'dead-letter'>['fields']): Difference[] =>
  ['failure_reason', 'error_type'].flatMap((what) => {
    const actual = fields[what]
    return actual !== undefined && PLACEHOLDERS.has(actual.trim())
      ? [{ what, expected: 'the reason of the failure, not a placeholder', actual }]
      : []
  })

function untrueTime({ run, now, faults }: Ledger, actual: string | undefined): Difference[] {
  const { startedAt } = run
  const time = Date.parse(actual ?? '')
  if (faults.clockStepped()) return []
  if (startedAt === undefined || actual === undefined || Number.isNaN(time)) return []
  const ended = startedAt + now().at
  if (time >= startedAt - CLOCK_STEP && time <= ended + CLOCK_STEP) return []
  const inWords = (ms: number): string => new Date(ms).toISOString()
  const expected = `within the run, from ${inWords(startedAt)} to ${inWords(ended)}`
  return [{ what: 'failure_timestamp', expected, actual }]
}
