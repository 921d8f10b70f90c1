/** The picture in a story: one event a line, in four lanes, the breaking step marked, elided where it is long. */
import type { Violation } from '../check/check.ts'
import type { Event } from '../history/event.ts'
import { describeEvent, LANES, type Lane, type Step } from './lanes.ts'
import { type Relevant, relevantEvents } from './relevant.ts'
import { clip, plural, time, WIDTH } from './text.ts'

interface Row extends Step {
  readonly at: number
  readonly breaks: boolean
  /** Never elided. */
  readonly stays: boolean
}

const LANE_WIDTH = 20
const TIME_WIDTH = 9
const MARGIN = ' '.repeat(TIME_WIDTH)

/** About `most` lines, its head included; more only where what the story turns on takes more. */
export function drawTimeline(events: readonly Event[], violation: Violation, prefix: string, most: number): string[] {
  const { weighed, elsewhere } = relevantEvents(events, violation)
  const apart = [...elsewhere].map(([kind, count]) => `${kind} ${count}`)
  const below = apart.length === 0 ? [] : [clip(`${MARGIN}⋮ elsewhere: ${apart.join(', ')}`, WIDTH)]
  const space = most - 1 - below.length
  const rows = mark(chosen(weighed, violation, space), violation, prefix)
  return [head(), ...elide(rows, space), ...below]
}

/** When all that is relevant does not fit, what only stands around the story goes, but for what is nearest to the step. */
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
function mark(weighed: Relevant['weighed'], violation: Violation, prefix: string): Row[] {
  const events = weighed.map(({ event }) => event)
  const index = stepIn(events, violation)
  const rows = weighed.map(({ event, weight }, at): Row => {
    const breaks = at === index
    return { ...describeEvent(event, prefix), at: event.at, breaks, stays: breaks || weight === 3 }
  })
  if (index >= 0) return rows
  const missing: Row = { at: violation.at, lane: laneOf(violation), text: 'here it was due', breaks: true, stays: true }
  const before = events.findLastIndex((event) => event.at <= violation.at && event.type !== 'end')
  return rows.toSpliced(before + 1, 0, missing)
}

const isFrame = (event: Event): boolean => event.type === 'phase' || event.type === 'end'

/** What breaks the clauses of an area, where several things happen in one moment. */
const TELLING: Readonly<Record<string, readonly Event['type'][]>> = {
  breaker: ['breaker-changed', 'forced', 'drained'],
  resources: ['closed', 'unsubscribed', 'resources', 'stats', 'cycle', 'memory'],
  ordering: ['published', 'deliver'],
}
const OF_ATTEMPTS: readonly string[] = ['retry', 'breaker']

/** Which event broke the clause; -1 where none stands at that moment. */
function stepIn(events: readonly Event[], violation: Violation): number {
  const area = violation.clause.split('/')[0] ?? ''
  const weigh = (event: Event): number => {
    if (event.at !== violation.at || isFrame(event)) return -1
    const isOwn = 'op' in event && event.op === violation.op
    const isSubject =
      ('node' in event && event.node === violation.node) || ('owner' in event && event.owner === violation.node)
    const isTelling = TELLING[area]?.includes(event.type) ?? false
    const isAttempt = event.type === 'attempt-began' || event.type === 'attempt-ended'
    return (
      (isOwn ? 8 : 0) + (isSubject ? 4 : 0) + (isTelling ? 2 : 0) + (isAttempt && !OF_ATTEMPTS.includes(area) ? 0 : 1)
    )
  }
  const weights = events.map(weigh)
  const most = Math.max(0, ...weights)
  // A delivery and the end of its handler may share a moment: order is broken by the delivery, all else by what came of it.
  return area === 'ordering' ? weights.indexOf(most) : weights.lastIndexOf(most)
}

function laneOf(violation: Violation): Lane {
  if (violation.clause.startsWith('dead-letter/')) return 'dead letters'
  return /^(delivery|ordering)\//.test(violation.clause) ? 'consumer' : 'producer'
}

/**
 * Keeps what the story turns on, the beginning, what leads to the marked row, and a little of what follows it; all of these
 * but the first only as long as there is room.
 */
function elide(rows: readonly Row[], most: number): string[] {
  if (rows.length <= most) return rows.map(draw)
  const shown = new Set(rows.flatMap(({ stays }, index) => (stays ? [index] : [])))
  for (const index of byNearness(rows)) {
    const more = new Set([...shown, index])
    if (linesWith(more, rows.length) > most) break
    shown.add(index)
  }
  return gapsIn(shown, rows.length).flatMap(({ from, to, isShown }) => {
    const part = rows.slice(from, to)
    // A gap takes a line too.
    return isShown || part.length === 1 ? part.map(draw) : [gap(part.length)]
  })
}

/** Two rows before the marked one for each of the first ones, and two behind it. */
function byNearness(rows: readonly Row[]): readonly number[] {
  const marked = rows.findIndex(({ breaks }) => breaks)
  const after = [marked + 1, marked + 2].filter((index) => index < rows.length)
  const early = Array.from({ length: marked }, (_, index) => index)
  const late = early.toReversed()
  const mixed = early.flatMap((index) => [...late.slice(2 * index, 2 * index + 2), index])
  return [...after, ...mixed]
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
  `${'ms'.padStart(TIME_WIDTH)}  ${LANES.map((lane) => lane.padEnd(LANE_WIDTH))
    .join('')
    .trimEnd()}`

/** Texts may run on over the lanes to their right, which are empty in this row. */
function draw(row: Row): string {
  const lane = LANES.indexOf(row.lane)
  const left = '│'.padEnd(LANE_WIDTH).repeat(lane)
  const text = clip(`│ ${row.text}`, WIDTH - TIME_WIDTH - 1 - left.length)
  const used = Math.ceil((text.length + 1) / LANE_WIDTH)
  const right = '│'.padEnd(LANE_WIDTH).repeat(Math.max(0, LANES.length - lane - used))
  const moment = `${row.breaks ? '▶' : ' '}${time(row.at).padStart(TIME_WIDTH - 1)}`
  return `${moment} ${left}${right === '' ? text : text.padEnd(used * LANE_WIDTH)}${right}`.trimEnd()
}
