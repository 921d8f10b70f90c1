import type { EventOf } from '../../history/event.ts'
import type { Ledger } from '../tracker/ledger.ts'

export interface Difference {
  readonly what: string
  readonly expected: string
  readonly actual: string
}

/** What a value that is not there looks like once it has become text. */
const PLACEHOLDERS: ReadonlySet<string> = new Set(['undefined', 'null', '[object Object]', 'NaN'])
/** How far a clock may step that is set while the run lasts and nobody says so, ms. */
const CLOCK_STEP = 60_000

/** Fields that are there, but cannot be true; retry/6 judges the attempts. */
export function untrueFields(ledger: Ledger, { fields }: EventOf<'dead-letter'>): Difference[] {
  return [...untrueTexts(fields), ...untrueTime(ledger, fields['failure_timestamp'])]
}

const untrueTexts = (fields: EventOf<'dead-letter'>['fields']): Difference[] =>
  ['failure_reason', 'error_type'].flatMap((what) => {
    const actual = fields[what]
    return actual !== undefined && PLACEHOLDERS.has(actual.trim())
      ? [{ what, expected: 'why it failed, not the text of a missing value', actual }]
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
