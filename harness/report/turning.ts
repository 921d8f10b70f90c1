/** Planned events that may matter to a story: faults, outages, kills, closes, leaves, aborts, breakers operated by hand. */

import type { Event } from '../events/kinds.ts'
import { hasLanded } from '../events/system.ts'
import { faultName } from '../faults.ts'

/** Few enough to show them all, wherever in the run they lie: a plan that was shrunk seldom has more. */
const FEW = 6
/** Of a plan that was not shrunk at most so many are shown, the nearest ones. */
const MOST = 12

export interface Turning {
  /** Never elided. */
  readonly shown: ReadonlySet<Event>
  /** How many of each kind are not shown, for they lie outside the story; empty for a plan that was shrunk. */
  readonly others: ReadonlyMap<string, number>
}

export interface Span {
  /** The time that the story spans, ms, and when it broke the clause. */
  readonly from: number
  readonly to: number
  readonly at: number
  /** Its messages. */
  readonly ops: ReadonlySet<string>
}

/** What touched nothing turned nothing. */
export function turningIn(events: readonly Event[], { from, to, at, ops }: Span): Turning {
  const ends = endsOf(events)
  const acts = duringTraffic(events).filter((event) => nameOf(event) !== null && !isIdle(event, ends))
  const isOfAnother = (event: Event): boolean => event.type === 'abort' && !ops.has(event.op)
  const near = acts
    .filter((event) => event.at <= to && endOf(event, ends) >= from && !isOfAnother(event))
    .sort((one, other) => Math.abs(one.at - at) - Math.abs(other.at - at))
  const shown = acts.length <= FEW ? acts : near.slice(0, MOST)
  const others = new Map<string, number>()
  for (const act of acts) {
    const name = shown.includes(act) ? null : nameOf(act)
    if (name !== null) others.set(name, (others.get(name) ?? 0) + 1)
  }
  return { shown: new Set(shown), others }
}

type Healed = Extract<Event, { type: 'healed' }>

const endsOf = (events: readonly Event[]): ReadonlyMap<number, Healed> =>
  new Map(events.flatMap((event) => (event.type === 'healed' ? [[event.fault, event] as const] : [])))

const isIdle = (event: Event, ends: ReadonlyMap<number, Healed>): boolean => {
  const end = event.type === 'fault' ? ends.get(event.fault) : undefined
  return end !== undefined && !hasLanded(end.landed)
}

/** A node that is gone stays away. */
function endOf(event: Event, ends: ReadonlyMap<number, Healed>): number {
  if (event.type === 'killed' || event.type === 'close') return Number.POSITIVE_INFINITY
  return event.type === 'fault' ? (ends.get(event.fault)?.at ?? Number.POSITIVE_INFINITY) : event.at
}

/** Before, buses come and go only to be weighed; later the harness closes and leaves by itself, whatever the plan says. */
function duringTraffic(events: readonly Event[]): readonly Event[] {
  const from = events.findLastIndex(isBeforeTraffic) + 1
  const heal = events.findIndex((event) => event.type === 'phase' && event.phase === 'heal')
  return events.slice(from, heal < 0 ? events.length : heal)
}

const isBeforeTraffic = (event: Event): boolean =>
  event.type === 'cycle' || (event.type === 'phase' && event.phase === 'traffic')

/** What it is counted as; null for what happened by itself. */
function nameOf(event: Event): string | null {
  switch (event.type) {
    case 'fault':
      return faultName(event.kind, event.direction)
    case 'killed':
      return 'kill'
    case 'close':
      return 'close'
    case 'unsubscribe':
      return 'leave'
    case 'abort':
      return 'abort'
    case 'force':
      return event.to === 'reset' ? 'reset by hand' : 'forced open by hand'
    default:
      return null
  }
}
