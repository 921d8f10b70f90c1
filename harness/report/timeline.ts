/** The picture in a story: one event a line, in four columns, the breaking step marked, elided where it is long. */
import type { StoryStep } from '../certificate/certificate.ts'
import type { Violation } from '../check/check.ts'
import { COLUMNS, type Column } from '../events/kind.ts'
import type { Event } from '../events/kinds.ts'
import { clip, plural, time, WIDTH } from '../text.ts'
import { describeEvent, type Step } from './describe-event.ts'
import { type Relevant, relevantEvents } from './relevant.ts'

interface Row extends Step {
  readonly at: number
  readonly breaks: boolean
  readonly rank: Rank
}

/**
 * What is elided first when space is short has the highest: 0 for what never is, 1 for the violation's own message, 2 for
 * what else decides the story, 3 for its other messages, 4 for the rest.
 */
type Rank = 0 | 1 | 2 | 3 | 4

const COLUMN_WIDTH = 20
const TIME_WIDTH = 9
const MARGIN = ' '.repeat(TIME_WIDTH)

/** The same steps as data, at most about `most` of them, for a picture of the lanes. */
export function stepsOf(events: readonly Event[], violation: Violation, prefix: string, most: number): StoryStep[] {
  const relevant = relevantEvents(events, violation)
  const rows = mark({ ...relevant, weighed: chosen(relevant.weighed, violation, most) }, violation, prefix)
  return rows.map(({ at, column, text, breaks }) => ({ at, column, text, ...(breaks ? { breaks } : {}) }))
}

/** About `most` lines, its head included; more only where what the story turns on takes more. */
export function drawTimeline(events: readonly Event[], violation: Violation, prefix: string, most: number): string[] {
  const relevant = relevantEvents(events, violation)
  const apart = [...relevant.elsewhere].map(([kind, count]) => `${kind} ${count}`)
  const elsewhere = apart.length === 0 ? [] : [clip(`${MARGIN}⋮ elsewhere: ${apart.join(', ')}`, WIDTH)]
  const space = most - 1 - elsewhere.length
  const weighed = chosen(relevant.weighed, violation, space)
  const around = relevant.weighed.length - weighed.length
  const below = around === 0 ? elsewhere : [`${MARGIN}⋮ ${plural(around, 'more event')} around these`, ...elsewhere]
  const rows = mark({ ...relevant, weighed }, violation, prefix)
  return [head(), ...elide(rows, most - 1 - below.length), ...below]
}

/**
 * When all that is relevant does not fit, what only stands around the story goes, but for what is nearest to the step. It is
 * counted in one line: a gap in each place would take the space of the story.
 */
function chosen(weighed: Relevant['weighed'], violation: Violation, most: number): Relevant['weighed'] {
  if (weighed.length <= most) return weighed
  const story = weighed.filter(({ weight }) => weight > 1)
  const around = weighed
    .filter(({ weight }) => weight === 1)
    .sort((one, other) => Math.abs(one.event.at - violation.at) - Math.abs(other.event.at - violation.at))
  const kept = new Set([...story, ...around.slice(0, Math.max(0, most - story.length - 1))])
  return weighed.filter((one) => kept.has(one))
}

/** Marks the event that broke the clause; where none stands at that moment (something is missing), a row says so. */
function mark(relevant: Relevant, violation: Violation, prefix: string): Row[] {
  const events = relevant.weighed.map(({ event }) => event)
  const index = stepIn(events, violation)
  const rows = relevant.weighed.map((weighed, at): Row => {
    const breaks = at === index
    const rank = breaks ? 0 : rankOf(weighed, relevant.ops, violation)
    return { ...describeEvent(weighed.event, prefix), at: weighed.event.at, breaks, rank }
  })
  if (index >= 0) return rows
  const missing: Row = { at: violation.at, column: columnOf(violation), text: 'here it was due', breaks: true, rank: 0 }
  const before = events.findLastIndex((event) => event.at <= violation.at && event.type !== 'end')
  return rows.toSpliced(before + 1, 0, missing)
}

const isFrame = (event: Event): boolean => event.type === 'phase' || event.type === 'end'

/** What breaks a clause, or the clauses of an area, where several things happen in one moment. */
const TELLING: Readonly<Record<string, readonly Event['type'][]>> = {
  'breaker/11': ['drained'],
  'resources/6': ['stats'],
  'resources/7': ['stats'],
  'resources/8': ['cycle'],
  'resources/10': ['used'],
  'dead-letter/7': ['redrive-ended'],
  breaker: ['breaker-changed', 'forced', 'drained'],
  resources: ['closed', 'unsubscribed', 'resources', 'stats', 'cycle', 'memory'],
  ordering: ['published', 'deliver'],
}
const OF_ATTEMPTS: readonly string[] = ['retry', 'breaker']

const areaOf = ({ clause }: Violation): string => clause.split('/')[0] ?? ''

const isTelling = (event: Event, violation: Violation): boolean =>
  (TELLING[violation.clause] ?? TELLING[areaOf(violation)])?.includes(event.type) ?? false

function rankOf({ event, weight }: Relevant['weighed'][number], ops: Relevant['ops'], violation: Violation): Rank {
  if (weight === 3) return 0
  if (weight < 2) return 4
  const op = 'op' in event ? event.op : null
  if (op !== null && op === violation.op) return 1
  if (isTelling(event, violation) || (event.at <= violation.at && isDecisive(event, violation))) return 2
  const isStep =
    event.type === 'received' ||
    event.type === 'attempt-began' ||
    (event.type === 'attempt-ended' && event.outcome === 'ok')
  return op !== null && ops.has(op) && !isStep ? 3 : 4
}

/** Faults and their ends, what a breaker does, and what the counts of a clause count. */
function isDecisive(event: Event, { clause }: Violation): boolean {
  switch (event.type) {
    case 'fault':
    case 'healed':
    case 'breaker-changed':
    case 'committed':
    case 'redrive':
      return true
    case 'trial-ended':
      return clause === 'resources/6'
    case 'published':
      return clause === 'resources/6' && event.status === 'failed'
    case 'settled':
      return clause === 'breaker/11'
    default:
      return false
  }
}

/** Which event broke the clause; -1 where none stands at that moment. */
function stepIn(events: readonly Event[], violation: Violation): number {
  const area = areaOf(violation)
  const weigh = (event: Event): number => {
    if (event.at !== violation.at || isFrame(event)) return -1
    const isOwn = 'op' in event && event.op === violation.op
    const isSubject =
      ('node' in event && event.node === violation.node) || ('owner' in event && event.owner === violation.node)
    const isAttempt = event.type === 'attempt-began' || event.type === 'attempt-ended'
    return (
      (isOwn ? 8 : 0) +
      (isSubject ? 4 : 0) +
      (isTelling(event, violation) ? 2 : 0) +
      (isAttempt && !OF_ATTEMPTS.includes(area) ? 0 : 1)
    )
  }
  const weights = events.map(weigh)
  const most = Math.max(0, ...weights)
  // A delivery and the end of its handler may share a moment: order is broken by the delivery, all else by what came of it.
  return area === 'ordering' ? weights.indexOf(most) : weights.lastIndexOf(most)
}

function columnOf(violation: Violation): Column {
  if (violation.clause.startsWith('dead-letter/')) return 'dead letters'
  return /^(delivery|ordering)\//.test(violation.clause) ? 'consumer' : 'producer'
}

/**
 * Keeps what the story turns on, and as long as there is room of each rank in turn the beginning, what leads to the marked row,
 * and what follows it.
 */
function elide(rows: readonly Row[], most: number): string[] {
  if (rows.length <= most) return rows.map(draw)
  const shown = new Set(rows.flatMap(({ rank }, index) => (rank === 0 ? [index] : [])))
  const rankAt = (index: number): number => rows[index]?.rank ?? 0
  const inOrder = byNearness(rows).toSorted((one, other) => rankAt(one) - rankAt(other))
  let lines = linesWith(shown, rows.length)
  for (const index of inOrder) {
    if (lines >= most) break
    const longer = linesWith(new Set([...shown, index]), rows.length)
    if (longer > most) continue
    shown.add(index)
    lines = longer
  }
  return gapsIn(shown, rows.length).flatMap(({ from, to, isShown }) => {
    const part = rows.slice(from, to)
    // A gap takes a line too.
    return isShown || part.length === 1 ? part.map(draw) : [gap(part.length)]
  })
}

/** Two rows before the marked one for each of the first ones, and two behind it; last what follows later. */
function byNearness(rows: readonly Row[]): readonly number[] {
  const marked = rows.findIndex(({ breaks }) => breaks)
  const after = rows.map((_, index) => index).slice(marked + 1)
  const early = Array.from({ length: marked }, (_, index) => index)
  const late = early.toReversed()
  const mixed = early.flatMap((index) => [...late.slice(2 * index, 2 * index + 2), index])
  return [...after.slice(0, 2), ...mixed, ...after.slice(2)]
}

interface Part {
  readonly from: number
  readonly to: number
  readonly isShown: boolean
}

function gapsIn(shown: ReadonlySet<number>, length: number): readonly Part[] {
  const parts: Part[] = []
  for (let from = 0; from < length; ) {
    const isShown = shown.has(from)
    let to = from + 1
    while (to < length && shown.has(to) === isShown) to += 1
    parts.push({ from, to, isShown })
    from = to
  }
  return parts
}

const linesWith = (shown: ReadonlySet<number>, length: number): number =>
  gapsIn(shown, length).reduce((sum, { from, to, isShown }) => sum + (isShown ? to - from : 1), 0)

const gap = (hidden: number): string => `${MARGIN}⋮ ${plural(hidden, 'more event')}`

const head = (): string =>
  `${'ms'.padStart(TIME_WIDTH)}  ${COLUMNS.map((column) => column.padEnd(COLUMN_WIDTH))
    .join('')
    .trimEnd()}`

/** Texts may run on over the columns to their right, which are empty in this row. */
function draw(row: Row): string {
  const column = COLUMNS.indexOf(row.column)
  const left = '│'.padEnd(COLUMN_WIDTH).repeat(column)
  const text = clip(`│ ${row.text}`, WIDTH - TIME_WIDTH - 1 - left.length)
  const used = Math.ceil((text.length + 1) / COLUMN_WIDTH)
  const right = '│'.padEnd(COLUMN_WIDTH).repeat(Math.max(0, COLUMNS.length - column - used))
  const moment = `${row.breaks ? '▶' : ' '}${time(row.at).padStart(TIME_WIDTH - 1)}`
  return `${moment} ${left}${right === '' ? text : text.padEnd(used * COLUMN_WIDTH)}${right}`.trimEnd()
}
