/** In virtual time a plan gives the same history whenever it runs. Finds the first event at which two histories part. */
import type { Violation } from '../check/check.ts'
import { violationOf } from '../check/report.ts'
import type { Event } from '../events/kinds.ts'
import { describeEvent } from '../report/describe-event.ts'
import type { Execute, RunOutcome } from '../run/outcome.ts'
import { clip, time } from '../text.ts'

/** What a plan that leaves two histories is stored and replayed by; no clause of the specification. */
export const DETERMINISM = 'determinism'

/** Its usual causes and what to do, in one sentence. */
export const CAUSES =
  'Common causes are state that a module keeps from one bus to the next, real randomness or a clock that a library ' +
  'obtained outside JavaScript, freed memory, or work outside virtual time (worker threads, files, name look-up, the thread ' +
  'pool): initialise all state in open(), or certify with --site real.'

export interface Difference {
  /** Of `history.jsonl`, whose first line is the header. */
  readonly line: number
  /** Where the histories part, ms since the run began. */
  readonly at: number
  /** Null where this history ended before. */
  readonly one: Event | null
  readonly other: Event | null
}

type Events = readonly Event[]

/** What memory holds is no part of virtual time, and owners are looked for only when a plan is run again. */
const isTold = ({ type }: Event): boolean => type !== 'cycle' && type !== 'memory'
const tell = (event: Event | undefined): string =>
  JSON.stringify(event, (name, value: unknown) => (name === 'owners' ? undefined : value)) ?? ''

/** Null where they are the same, byte for byte. */
export function firstDifference(one: Events, other: Events): Difference | null {
  for (let here = 0, there = 0; ; here++, there++) {
    while (here < one.length && !isTold(one[here] as Event)) here++
    while (there < other.length && !isTold(other[there] as Event)) there++
    const before = one[here]
    const after = other[there]
    if (before === undefined && after === undefined) return null
    if (tell(before) === tell(after)) continue
    const at = Math.min(before?.at ?? Number.POSITIVE_INFINITY, after?.at ?? Number.POSITIVE_INFINITY)
    return { line: here + 2, at, one: before ?? null, other: after ?? null }
  }
}

/** A run that the adapter's use of memory or of its thread has cut short ends where the machine has it end. */
const isWhole = (events: Events): boolean => !events.some(isCutting) || events.at(-1)?.type === 'end'
/** How long a bus is used depends on what memory holds, and all that follows with it. */
const isComparable = (events: Events): boolean => isWhole(events) && events.every(({ type }) => type !== 'used')
const isCutting = (event: Event): boolean =>
  event.type === 'memory' || (event.type === 'crashed' && (event.how === 'hang' || event.how === 'out-of-memory'))

/** Of two runs; null also where one of them has kept no history, was cut short, or weighed a bus in use. */
export const differenceOf = (one: RunOutcome, other: RunOutcome): Difference | null =>
  one.history === null ||
  other.history === null ||
  ![one, other].every(({ history }) => isComparable(history?.events ?? []))
    ? null
    : firstDifference(one.history.events, other.history.events)

/** Shown of a text, characters: a line of output may be much longer. */
const LONGEST = 200

/** Both versions of the first event that differs, as sentences; with their fields if the sentences are equal. */
export function versionsOf({ one, other }: Difference, prefix: string): readonly [string, string] {
  const words = [inWords(one, prefix), inWords(other, prefix)] as const
  if (words[0] !== words[1] || one === null || other === null) return words
  const fields = new Map<string, unknown>(Object.entries(other))
  const found = Object.entries(one).find(([name, value]) => JSON.stringify(value) !== JSON.stringify(fields.get(name)))
  const name = found?.[0] ?? Object.keys(other).find((key) => !(key in one)) ?? ''
  const value = (text: unknown): string => clip(JSON.stringify(text) ?? 'nothing', LONGEST)
  return [`${words[0]}, ${name} ${value(found?.[1])}`, `${words[1]}, ${name} ${value(fields.get(name))}`]
}

const inWords = (event: Event | null, prefix: string): string =>
  event === null
    ? 'the end of the history'
    : `"${clip(describeEvent(event, prefix).text, LONGEST)}" at ${time(event.at)} ms`

/** Runs each plan twice; a run that differs from the first is a violation of {@link DETERMINISM}, which is not a clause. */
export const twice =
  (execute: Execute): Execute =>
  async (plan, options) => {
    const first = await execute(plan, { ...options, keepHistory: true })
    if (first.error !== null || isViolating(first) || options?.signal?.aborted === true) return first
    const again = await execute(plan, { ...options, keepHistory: true })
    if (again.error !== null || isViolating(again)) return again
    const difference = differenceOf(first, again)
    if (difference === null) return options?.keepHistory === true ? first : { ...first, history: null }
    const violation = violationBy(difference, first.history?.header.prefix ?? '')
    return { ...first, findings: { ...first.findings, [DETERMINISM]: { occasions: 1, violations: [violation] } } }
  }

const isViolating = ({ findings }: RunOutcome): boolean =>
  Object.values(findings).some(({ violations }) => violations.length > 0)

function violationBy(difference: Difference, prefix: string): Violation {
  const event = difference.one ?? difference.other
  const [expected, actual] = versionsOf(difference, prefix)
  return violationOf(DETERMINISM, {
    message: `the same plan produced two histories in virtual time, which differ from line ${difference.line} of history.jsonl on`,
    expected: `${expected}, as in the first run`,
    actual,
    at: difference.at,
    op: event !== null && 'op' in event ? event.op : null,
    ...(event !== null && 'node' in event ? { node: event.node } : {}),
  })
}

/** The plan's divergence, where it was run twice and has one. */
export const divergenceIn = ({ findings }: RunOutcome): Violation | null => findings[DETERMINISM]?.violations[0] ?? null

/** One sentence for a certificate. */
export const divergenceSentence = ({ message, expected, actual }: Violation, id: string): string =>
  `${message}: first ${expected}, then ${actual}; see ${id}`

/** Of a failing plan that left another history when it was run again; `outcome` is one of the two runs. */
export function differenceSentence(difference: Difference, { history }: Pick<RunOutcome, 'history'>): string {
  const [one, other] = versionsOf(difference, history?.header.prefix ?? '')
  return `This plan produced another history when it was repeated in virtual time: first ${one}, then ${other}`
}
