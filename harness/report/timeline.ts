/** The picture in a story: one event a line, in four lanes, the breaking step marked, elided where it is long. */
import type { Violation } from '../check/check.ts'
import type { Event } from '../history/event.ts'
import { describeEvent, LANES, type Lane, type Step } from './lanes.ts'
import { relevantEvents } from './relevant.ts'
import { clip, plural, time, WIDTH } from './text.ts'

interface Row extends Step {
  readonly at: number
  readonly breaks: boolean
}

const LANE_WIDTH = 20
const TIME_WIDTH = 9

/** At most `most` lines, its head included. */
export function drawTimeline(events: readonly Event[], violation: Violation, prefix: string, most: number): string[] {
  const rows = rowsOf(events, violation, prefix, most - 1)
  return [head(), ...elide(rows, most - 1)]
}

/** When all that is relevant does not fit, what only stands around the story goes, but for what is nearest to the step. */
function rowsOf(events: readonly Event[], violation: Violation, prefix: string, most: number): Row[] {
  const relevant = relevantEvents(events, violation)
  const story = relevant.filter(({ weight }) => weight === 2)
  const around = relevant
    .filter(({ weight }) => weight === 1)
    .sort((one, other) => Math.abs(one.event.at - violation.at) - Math.abs(other.event.at - violation.at))
  const kept = new Set([...story, ...around.slice(0, Math.max(0, most - story.length - 1))])
  const shown = relevant.filter((one) => relevant.length <= most || kept.has(one)).map(({ event }) => event)
  return mark(shown, violation, prefix)
}

/** Marks the event that broke the clause; where none stands at that moment (something is missing), a row says so. */
function mark(events: readonly Event[], violation: Violation, prefix: string): Row[] {
  const index = stepIn(events, violation)
  const rows = events.map((event, at): Row => ({ ...describeEvent(event, prefix), at: event.at, breaks: at === index }))
  if (index >= 0) return rows
  const missing: Row = { at: violation.at, lane: laneOf(violation), text: 'here it was due', breaks: true }
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

/** Keeps the beginning, what leads to the marked row, and a little of what follows it. */
function elide(rows: readonly Row[], most: number): string[] {
  if (rows.length <= most) return rows.map(draw)
  const marked = rows.findIndex(({ breaks }) => breaks)
  const after = Math.min(2, rows.length - 1 - marked)
  const tail = rows.length - 1 - marked - after
  const space = most - 1 - after - (tail > 0 ? 1 : 0)
  const early = marked <= space ? marked : Math.floor((space - 1) / 3)
  const late = marked <= space ? 0 : space - 1 - early
  const hidden = marked - early - late
  return [
    ...rows.slice(0, early).map(draw),
    ...(hidden > 0 ? [gap(hidden)] : []),
    ...rows.slice(early + hidden, marked + 1 + after).map(draw),
    ...(tail > 0 ? [gap(tail)] : []),
  ]
}

const gap = (hidden: number): string => `${' '.repeat(TIME_WIDTH)}⋮ ${plural(hidden, 'more event')}`

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
