/**
 * Which events of a run matter to a violation: 3 for what its story turns on, which is never left out, 2 for the story itself,
 * 1 for what stands around it, 0 for the rest.
 */
import type { Position } from '../adapter.ts'
import type { Violation } from '../check/check.ts'
import type { Event } from '../events/kinds.ts'
import { aboutOf, type EventAbout, isAbout } from '../events/kinds.ts'
import { redrivenOp } from '../history/op.ts'
import { idOf, type Ranked, type RankedEvent, type RankedPosition, rank } from '../history/ranks.ts'
import { turningIn } from './turning.ts'

/** The clause in whose stories copies that were redriven matter as their messages do. */
const REDRIVING = 'dead-letter/7'
/** Clauses of resources whose stories show other counts than those of open resources. */
const OTHER_COUNTS: ReadonlySet<string> = new Set(['resources/6', 'resources/7', 'resources/8'])

export type Weight = 0 | 1 | 2 | 3

export interface Relevant {
  /** The violation's messages. */
  readonly ops: ReadonlySet<string>
  /** In order, none of weight 0. */
  readonly weighed: readonly { readonly event: Event; readonly weight: Weight }[]
  /** What else the run was made to do, far from the story: how much of each kind. */
  readonly elsewhere: ReadonlyMap<string, number>
}

interface Focus {
  readonly clause: string
  readonly area: string
  /** The violation's messages. */
  readonly ops: ReadonlySet<string>
  readonly nodes: ReadonlySet<string>
  readonly group: string | undefined
  readonly consumers: ReadonlySet<string>
  /** Where the messages lie. */
  readonly places: readonly RankedPosition[]
  readonly from: number
  readonly to: number
  readonly at: number
}

/** The events of a story with their weights. */
export function relevantEvents(events: readonly Event[], violation: Violation): Relevant {
  const ranked = rank(events)
  const focus = focusOf(ranked, violation)
  const commits = new Set<string>()
  const overlapping = faultsWithin(events, focus)
  const { shown, others } = turningIn(events, focus)
  const turned = new Set([...shown].flatMap((event) => (event.type === 'fault' ? [event.fault] : [])))
  const suppressed = lastSuppressed(events, focus)
  const weightOf = (event: Event, comparable: RankedEvent): Weight => {
    if (shown.has(event) || event === suppressed) return 3
    const weight = weigh(comparable, focus, commits, overlapping)
    return event.type === 'healed' && turned.has(event.fault) && weight === 0 ? 1 : weight
  }
  const weighed = events.flatMap((event, index) => {
    const weight = weightOf(event, ranked[index] as RankedEvent)
    return weight === 0 ? [] : [{ event, weight }]
  })
  return { ops: focus.ops, weighed, elsewhere: others }
}

/** The last error that the bus kept to itself, of a consumer or node of the story: before its end, or else in the whole run. */
function lastSuppressed(events: readonly Event[], { consumers, nodes, to }: Focus): Event | undefined {
  const ofStory = events.filter(
    (event) =>
      event.type === 'suppressed' &&
      (event.consumer === undefined ? nodes.has(event.node) : consumers.has(event.consumer)),
  )
  return ofStory.findLast((event) => event.at <= to) ?? ofStory.at(-1)
}

function focusOf(events: readonly RankedEvent[], violation: Violation): Focus {
  const area = violation.clause.split('/')[0] ?? ''
  const ops = opsOf(events, violation)
  const ofOps = events.filter((event) => 'op' in event && event.op !== null && ops.has(event.op))
  const nodes = new Set(
    ofOps.flatMap((event) => (event.type === 'publish' || event.type === 'write' ? [event.node] : [])),
  )
  if (violation.node !== undefined) nodes.add(violation.node)
  const times = ofOps.filter((event) => event.type !== 'stored' && event.type !== 'dead-letter').map(({ at }) => at)
  return {
    clause: violation.clause,
    area,
    ops,
    nodes,
    group: violation.group,
    consumers: consumersOf(events, violation),
    places: [...ofOps.flatMap(placeOf), ...(violation.positions ?? []).map((position) => rankedIn(events, position))],
    from: times.length === 0 ? 0 : Math.min(violation.at, ...times),
    to: Math.max(violation.at, ...times),
    at: violation.at,
  }
}

/** The violation's messages; where it is about redriving, with the copies that were made of them. */
function opsOf(events: readonly Event[], { clause, ops }: Violation): ReadonlySet<string> {
  const own = new Set(ops)
  if (clause !== REDRIVING) return own
  const copies = events.flatMap((event) => ('op' in event && own.has(redrivenOp(event.op) ?? '') ? event.op : null))
  return new Set([...own, ...copies.filter((op) => op !== null)])
}

/** Those of the violation's group, and its own. */
const consumersOf = (events: readonly Event[], { group, consumer }: Violation): ReadonlySet<string> =>
  new Set(
    events.flatMap((event) =>
      event.type === 'subscribe' && (event.group === group || event.consumer === consumer) ? [event.consumer] : [],
    ),
  )

/** As the events have it. */
const rankedIn = (events: readonly RankedEvent[], { topic, partition, offset }: Position): RankedPosition =>
  typeof offset === 'number'
    ? { topic, partition, offset }
    : (events
        .flatMap(placeOf)
        .find((place) => place.id === offset && place.topic === topic && place.partition === partition) ?? {
        topic,
        partition,
        offset: Number.NaN,
        id: offset,
      })

function placeOf(event: RankedEvent): Focus['places'] {
  if (!('position' in event) || event.position === undefined || event.type === 'dead-letter') return []
  return [event.position]
}

/** Faults whose span touches the story's, by their number. */
function faultsWithin(events: readonly Event[], focus: Focus): ReadonlySet<number> {
  const healed = new Map(events.flatMap((event) => (event.type === 'healed' ? [[event.fault, event.at] as const] : [])))
  return new Set(
    events.flatMap((event) => {
      if (event.type !== 'fault' || event.at > focus.to) return []
      return (healed.get(event.fault) ?? Number.POSITIVE_INFINITY) >= focus.from ? [event.fault] : []
    }),
  )
}

function weigh(event: RankedEvent, focus: Focus, commits: Set<string>, faults: ReadonlySet<number>): Weight {
  if (isAbout(event, 'fault')) return faults.has(event.fault) ? 2 : 0
  // Only the last of these is shown.
  if (isAbout(event, 'suppressed')) return 0
  if (isAbout(event, 'run')) return 1
  if (isAbout(event, 'stall')) return event.from <= focus.to && event.at >= focus.from ? 1 : 0
  if (isAbout(event, 'statistics'))
    return focus.area === 'resources' && (event.when === 'calm' || event.at === focus.at) ? 2 : 0
  if (isAbout(event, 'health') || isAbout(event, 'metrics'))
    return focus.area === 'health' && focus.nodes.has(event.node) ? 2 : 0
  if (isAbout(event, 'configuration')) return focus.ops.has(event.configuration) ? 2 : 0
  if (isAbout(event, 'topic name')) return focus.ops.has(event.name) ? 2 : 0
  if (isAbout(event, 'cycle')) return focus.area === 'resources' ? 2 : 0
  if (isAbout(event, 'resources')) return focus.area !== 'resources' ? 0 : OTHER_COUNTS.has(focus.clause) ? 1 : 2
  if (isAbout(event, 'progress') || isAbout(event, 'position')) return weighPosition(event, focus, commits)
  if ('op' in event && event.op !== null && focus.ops.has(event.op)) return weighOp(event, focus)
  if (isAbout(event, 'poison') || (event.type === 'dead-letter' && event.op === null))
    return focus.ops.size === 0 ? 2 : 0
  return 'node' in event ? weighNode(event, focus) : 0
}

/** A commit matters when it is the first of its group to pass the message. */
function weighPosition(event: Ranked<EventAbout<'progress' | 'position'>>, focus: Focus, commits: Set<string>): Weight {
  if (focus.group !== undefined && event.group !== focus.group) return 0
  const placed = isAbout(event, 'position')
  const { topic, partition } = placed ? event.position : event
  const passed = focus.places.filter(
    (place) =>
      place.topic === topic &&
      place.partition === partition &&
      (placed ? idOf(event.position) === idOf(place) : event.next > place.offset),
  )
  const fresh = passed.map((place) => `${event.type} ${event.group} ${topic}/${partition}@${idOf(place)}`)
  const first = fresh.some((key) => !commits.has(key))
  for (const key of fresh) commits.add(key)
  if (placed ? passed.length === 0 : !first) return 0
  return focus.group === undefined || event.at > focus.at ? 1 : 2
}

/** Their stories show the attempts of a publish; in other stories attempts are only context. */
const ATTEMPT_AREAS: ReadonlySet<string> = new Set(['retry', 'breaker', 'fail-fast'])

function weighOp(event: Event, focus: Focus): Weight {
  if (focus.group !== undefined && 'group' in event && event.group !== focus.group) return 0
  const ofAttempts = ATTEMPT_AREAS.has(focus.area)
  if (event.at === focus.at) return 2
  if (event.type === 'received') return focus.area === 'breaker' ? 2 : 1
  if (isAbout(event, 'attempt')) return ofAttempts ? 2 : 1
  if (event.type === 'stored' && focus.area === 'fail-fast') return 2
  if (isAbout(event, 'stored message')) return ofAttempts || event.at > focus.at ? 1 : 2
  return 2
}

/** What happened on the nodes and consumers of the story, to other messages or to none. */
function weighNode(event: Extract<Event, { node: string }>, focus: Focus): Weight {
  const involved = focus.nodes.has(event.node)
  const atStep = event.at === focus.at
  if (isAbout(event, 'membership')) return focus.consumers.has(event.consumer) ? 1 : 0
  if (isAbout(event, 'trial')) return focus.ops.has(event.trial) || (involved && isCounted(event, focus)) ? 2 : 0
  if (isAbout(event, 'crash')) return involved || atStep ? 2 : 1
  if (!involved) return 0
  switch (aboutOf(event)) {
    case 'node killed':
      return 2
    case 'breaker':
      return focus.area === 'breaker' || (event.at >= focus.from && event.at <= focus.at) ? 2 : 1
    case 'attempt':
      return focus.area === 'breaker' ? 2 : 0
    case 'publish':
      return focus.ops.size === 0 ? 2 : 0
    case 'redrive':
      return focus.area === 'dead-letter' ? 2 : 0
    case 'bus':
      return focus.area === 'resources' ? 2 : 1
    default:
      return atStep ? 2 : 0
  }
}

/** A publish that was refused counts in the statistics of its bus as one that failed. */
const isCounted = ({ what, at }: EventAbout<'trial'>, focus: Focus): boolean =>
  focus.clause === 'resources/6' && what !== 'subscribe-closed' && what !== 'write-closed' && at <= focus.at
