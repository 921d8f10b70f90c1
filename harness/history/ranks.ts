/**
 * Makes offsets comparable. A system that numbers its messages needs nothing; where each message has an id of the system's own, only
 * the witness knows their order, and an id becomes its rank there.
 */
import type { Event } from '../events/kinds.ts'
import { isDiskLoss } from '../events/system.ts'
import type { Position } from '../vocabulary.ts'

export interface RankedPosition extends Position<number> {
  /** NaN if the order is unknown, because the witness did not find the message: every comparison with it is false. */
  readonly offset: number
  /** The message's id, if the system does not number its messages. */
  readonly id?: string
}

/** An event whose offsets are numbers. */
export type Ranked<E> = E extends { readonly type: infer T }
  ? {
      readonly [K in keyof E]: K extends 'position' ? RankedPosition : K extends 'next' ? number : E[K]
    } & (E extends { readonly next: unknown }
      ? /** The id that `next` comes after. */ { readonly after?: string }
      : T extends 'dead-letter'
        ? /** The position that its fields name by an id. */ { readonly original?: RankedPosition }
        : unknown)
  : never
export type RankedEvent = Ranked<Event>

/** Tells messages of one partition apart, whether or not their order is known. */
export const idOf = ({ offset, id }: RankedPosition): number | string => id ?? offset

export const isOrdered = ({ offset }: RankedPosition): boolean => !Number.isNaN(offset)

/** Events of one run, in order. */
export function rank(events: readonly Event[]): readonly RankedEvent[] {
  if (!events.some(hasId)) return events as readonly RankedEvent[]
  // A system without its stored data may give the same ids again.
  const losses = events.flatMap((event, index) => (isDiskLoss(event) ? [index] : []))
  const starts = [0, ...losses]
  return starts.flatMap((start, span) => {
    const within = events.slice(start, starts[span + 1])
    const ranks = ranksIn(within)
    return within.map((event) => ranked(event, ranks))
  })
}

function hasId(event: Event): boolean {
  if ('position' in event) return typeof event.position?.offset === 'string'
  return 'next' in event && typeof event.next !== 'number'
}

/** By topic and partition, the ranks of the ids. */
type Ranks = ReadonlyMap<string, ReadonlyMap<string, number>>

const lineOf = (topic: string, partition: number | string): string => `${topic}/${partition}`

/** The witness finds messages in their order; one that reports at once need not report an unreadable record, which lies where it was stored. */
function ranksIn(events: readonly Event[]): Ranks {
  const found = new Map<string, Map<string, number>>()
  const add = ({ topic, partition, offset }: Position): void => {
    if (typeof offset !== 'string') return
    const line = found.get(lineOf(topic, partition)) ?? new Map<string, number>()
    found.set(lineOf(topic, partition), line)
    if (!line.has(offset)) line.set(offset, line.size)
  }
  const isFound = new Set(events.flatMap((event) => (event.type === 'stored' ? [placeOf(event.position)] : [])))
  const isLive = isReportedAtOnce(events)
  for (const event of events) {
    if (event.type === 'stored' || event.type === 'dead-letter') add(event.position)
    else if (event.type === 'poison' && isLive && !isFound.has(placeOf(event.position))) add(event.position)
  }
  return found
}

/** Other witnesses read the system when all nodes have closed. */
function isReportedAtOnce(events: readonly Event[]): boolean {
  const first = events.findIndex(({ type }) => type === 'stored')
  const closing = events.findIndex((event) => event.type === 'phase' && event.phase === 'close')
  return first >= 0 && (closing < 0 || first < closing)
}

const placeOf = ({ topic, partition, offset }: Position): string => JSON.stringify([topic, partition, offset])

function ranked(event: Event, ranks: Ranks): RankedEvent {
  const rankOf = (topic: string, partition: number | string, id: string): number =>
    ranks.get(lineOf(topic, partition))?.get(id) ?? Number.NaN
  const place = ({ topic, partition, offset }: Position): RankedPosition =>
    typeof offset === 'number'
      ? { topic, partition, offset }
      : { topic, partition, offset: rankOf(topic, partition, offset), id: offset }

  if (event.type === 'dead-letter') {
    const { original_topic: topic, original_partition: partition, original_position: id } = event.fields
    const isNamed = topic !== undefined && id !== undefined && /^\d+$/.test(partition ?? '')
    const original = isNamed ? { original: place({ topic, partition: Number(partition), offset: id }) } : {}
    return { ...event, position: place(event.position), ...original }
  }
  if (event.type === 'committed' || event.type === 'position') {
    const { topic, partition, next } = event
    if (typeof next === 'number') return { ...event, next }
    return { ...event, next: rankOf(topic, partition, next.after) + 1, after: next.after }
  }
  return (
    'position' in event && event.position !== undefined ? { ...event, position: place(event.position) } : event
  ) as RankedEvent
}
