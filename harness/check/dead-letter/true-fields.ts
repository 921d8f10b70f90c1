import type { EventOf } from '../../history/event.ts'
import { originalOf } from '../tracker/dead-letters.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { Ledger } from '../tracker/ledger.ts'
import { samePosition } from '../tracker/positions.ts'

export interface Difference {
  readonly what: string
  readonly expected: string
  readonly actual: string
}

/** What a value that is not there looks like once it has become text. */
const PLACEHOLDERS: ReadonlySet<string> = new Set(['undefined', 'null', '[object Object]', 'NaN'])
/** How far a clock that is set while the run lasts may step, ms. */
const CLOCK_STEP = 60_000

/** Fields that are there, but cannot be true. Without any calls of the handler, attempts have nothing to agree with. */
export function untrueFields(
  ledger: Ledger,
  { fields }: EventOf<'dead-letter'>,
  calls: readonly Delivered[],
): Difference[] {
  return [
    ...untrueTexts(fields),
    ...untrueTime(ledger, fields['failure_timestamp']),
    ...untrueAttempts(ledger, fields['attempts'], calls),
  ]
}

/** The calls with this message in its group, where it lay, that ended before a place in the history or not at all. */
export function callsBefore(
  { deliveries }: Ledger,
  { op, fields }: EventOf<'dead-letter'>,
  seq: number,
): readonly Delivered[] {
  const group = fields['original_group']
  const place = originalOf(fields)
  if (op === null || group === undefined) return []
  return deliveries
    .of(group, op)
    .filter(({ position }) => place === null || position === null || samePosition(position, place))
    .filter(({ began, handled }) => (handled ?? began).seq < seq)
}

const untrueTexts = (fields: EventOf<'dead-letter'>['fields']): Difference[] =>
  ['failure_reason', 'error_type'].flatMap((what) => {
    const actual = fields[what]
    return actual !== undefined && PLACEHOLDERS.has(actual.trim())
      ? [{ what, expected: 'why it failed, not the text of a missing value', actual }]
      : []
  })

function untrueTime({ run, now }: Ledger, actual: string | undefined): Difference[] {
  const { startedAt } = run
  const time = Date.parse(actual ?? '')
  if (startedAt === undefined || actual === undefined || Number.isNaN(time)) return []
  const ended = startedAt + now().at
  if (time >= startedAt - CLOCK_STEP && time <= ended + CLOCK_STEP) return []
  const inWords = (ms: number): string => new Date(ms).toISOString()
  const expected = `within the run, from ${inWords(startedAt)} to ${inWords(ended)}`
  return [{ what: 'failure_timestamp', expected, actual }]
}

function untrueAttempts(ledger: Ledger, actual: string | undefined, calls: readonly Delivered[]): Difference[] {
  if (actual === undefined || calls.length === 0 || mayLackCalls(ledger, calls)) return []
  const made = attemptsMade(ledger, calls)
  if (made.size === 0 || made.has(Number(actual))) return []
  const numbers = [...made].sort((one, other) => one - other)
  return [{ what: 'attempts', expected: numbers.join(' or '), actual }]
}

/** A process that was killed may have taken its last events with it, where it does not stand in one history with the witness. */
const mayLackCalls = ({ run, groups, nodes }: Ledger, calls: readonly Delivered[]): boolean =>
  run.witness !== 'live' &&
  calls.some(({ group, topic }) =>
    groups.get(group, topic)?.consumers.some(({ node }) => (nodes.get(node)?.exited ?? null) !== null),
  )

/** For each call that ended it: the calls in that tenure of the consumer, and the failed ones of the whole group so far. */
function attemptsMade({ outcomes, tries }: Ledger, calls: readonly Delivered[]): Set<number> {
  const failed = calls.filter(({ handled }) => handled !== null && handled.outcome !== 'ok')
  const terminal = failed.filter(outcomes.isTerminal)
  const made = new Set<number>()
  for (const last of terminal.length > 0 ? terminal : failed) {
    const until = ({ began }: Delivered): boolean => began.seq <= last.began.seq
    made.add(tries.of(last)?.number ?? 1)
    made.add(failed.filter(until).length)
    // A call whose end nobody saw may have counted, as a broker that counts deliveries does.
    made.add(calls.filter((one) => until(one) && one.handled?.outcome !== 'ok').length)
  }
  return made
}
