import type { Position } from '../../adapter.ts'
import type { Event } from '../../events/kinds.ts'
import { type Moment, mapIn, NONE } from './moment.ts'

/**
 * The positions of messages: those that the witness found, as soon as they are known. Receipts and deliveries count only for
 * messages that no witness found.
 */
export interface Positions {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  /** From now on other messages get these positions. */
  forgetPlaces(): void
  opAt(position: Position): string | null
  /** All known positions of the message. */
  of(op: string): readonly Position[]
  /** Messages of a partition that are known by their op, in no order. Ask at the end: it reads everything. */
  within(topic: string, partition: number): readonly Occupant[]
  /** The position from which the message was delivered: the reported one, if known, or else its stored one. */
  from(op: string, told: Position | null): Position | null
  /** All positions at which the witness found it. */
  witnessed(op: string): readonly Position[]
  /** When the witness first saw it stored, outside the dead letters; null when it never did. */
  storedAt(op: string): Moment | null
  /** The same of its last copy. */
  lastStoredAt(op: string): Moment | null
}

/** A message, and its offset in its partition. */
export interface Occupant {
  readonly offset: number
  readonly op: string
}

export const samePosition = (one: Position, other: Position): boolean =>
  one.offset === other.offset && one.partition === other.partition && one.topic === other.topic

export const inWords = ({ topic, partition, offset }: Position): string => `${topic}/${partition}@${offset}`

export function createPositions(): Positions {
  const found = createPlaces()
  const told = createPlaces()
  let listed: Listed = { size: 0, lists: new Map() }
  const stored = new Map<string, Moment>()
  const lastStored = new Map<string, Moment>()
  const of = (op: string): readonly Position[] => {
    const witnessed = found.of(op)
    return witnessed.length > 0 ? witnessed : told.of(op)
  }
  const toldAt = (op: string | null): string | null => (op !== null && found.of(op).length === 0 ? op : null)

  return {
    takes: ['published', 'settled', 'deliver', 'stored'],
    step(event, moment) {
      switch (event.type) {
        case 'published':
        case 'settled':
        case 'deliver':
          return told.learn(event.op, event.position)
        case 'stored':
          found.learn(event.op, event.position)
          if (event.op === null) return
          if (!stored.has(event.op)) stored.set(event.op, moment)
          lastStored.set(event.op, moment)
          return
      }
    },
    forgetPlaces() {
      found.forgetPlaces()
      told.forgetPlaces()
    },
    opAt: (position) => found.at(position) ?? toldAt(told.at(position)),
    of,
    from(op, place) {
      const known = of(op)
      return known.find((one) => place !== null && samePosition(one, place)) ?? known[0] ?? null
    },
    within(topic, partition) {
      const size = found.size() + told.size()
      if (listed.size !== size) listed = { size, lists: new Map() }
      const lists = mapIn(listed.lists, topic)
      const known = lists.get(partition)
      if (known !== undefined) return known
      const isOnlyTold = ({ offset, op }: Occupant): boolean =>
        toldAt(op) !== null && found.at({ topic, partition, offset }) === null
      const list = [...found.within(topic, partition), ...told.within(topic, partition).filter(isOnlyTold)]
      lists.set(partition, list)
      return list
    },
    witnessed: found.of,
    storedAt: (op) => stored.get(op) ?? null,
    lastStoredAt: (op) => lastStored.get(op) ?? null,
  }
}

/** What lies in each partition, by topic, as of when so many places were known. */
interface Listed {
  readonly size: number
  readonly lists: Map<string, Map<number, readonly Occupant[]>>
}

/** First come: a place once taken keeps its message, until the disk is lost. */
function createPlaces() {
  /** By topic, partition and offset. */
  const topics = new Map<string, Map<number, Map<number, string>>>()
  const byOp = new Map<string, Position[]>()
  let size = 0
  return {
    /** Grows with everything that is learnt. */
    size: () => size,
    learn(op: string | null, position: Position | undefined): void {
      if (op === null || position === undefined) return
      size += 1
      const partitions = mapIn(topics, position.topic)
      const partition = partitions.get(position.partition) ?? new Map<number, string>()
      if (partition.size === 0) partitions.set(position.partition, partition)
      if (!partition.has(position.offset)) partition.set(position.offset, op)
      const known = byOp.get(op)
      if (known === undefined) byOp.set(op, [position])
      else if (!known.some((one) => samePosition(one, position))) known.push(position)
    },
    forgetPlaces(): void {
      size += 1
      topics.clear()
    },
    at: ({ topic, partition, offset }: Position): string | null =>
      topics.get(topic)?.get(partition)?.get(offset) ?? null,
    of: (op: string): readonly Position[] => byOp.get(op) ?? NONE,
    within: (topic: string, partition: number): Occupant[] =>
      [...(topics.get(topic)?.get(partition) ?? NONE)].map(([offset, op]) => ({ offset, op })),
  }
}
