import { idOf, isOrdered } from '../../history/ranks.ts'
import type { Event, Position } from '../event.ts'
import { join, type Moment, mapIn, NONE } from './moment.ts'

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
  /** Messages of a partition that are known by their op and whose order is known, listed in no order. Ask at the end: it reads everything. */
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

/** A message and its position. */
export interface Occupant {
  readonly position: Position
  readonly op: string
}

export const samePosition = (one: Position, other: Position): boolean =>
  idOf(one) === idOf(other) && one.partition === other.partition && one.topic === other.topic

/** Equal for equal positions. */
export const placeOf = (position: Position): string => join(position.topic, position.partition, idOf(position))

export const inWords = (position: Position): string => `${position.topic}/${position.partition}@${idOf(position)}`

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
      const isOnlyTold = ({ position, op }: Occupant): boolean => toldAt(op) !== null && found.at(position) === null
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
  /** By topic, partition, and offset or id. */
  const topics = new Map<string, Map<number, Map<number | string, Occupant>>>()
  const byOp = new Map<string, Position[]>()
  let size = 0
  return {
    /** Grows with everything that is learnt. */
    size: () => size,
    learn(op: string | null, position: Position | undefined): void {
      if (op === null || position === undefined) return
      size += 1
      const partitions = mapIn(topics, position.topic)
      const partition = partitions.get(position.partition) ?? new Map<number | string, Occupant>()
      if (partition.size === 0) partitions.set(position.partition, partition)
      const id = idOf(position)
      if (!partition.has(id)) partition.set(id, { position, op })
      const known = byOp.get(op)
      if (known === undefined) byOp.set(op, [position])
      else if (!known.some((one) => samePosition(one, position))) known.push(position)
    },
    forgetPlaces(): void {
      size += 1
      topics.clear()
    },
    at: (position: Position): string | null =>
      topics.get(position.topic)?.get(position.partition)?.get(idOf(position))?.op ?? null,
    of: (op: string): readonly Position[] => byOp.get(op) ?? NONE,
    within: (topic: string, partition: number): Occupant[] =>
      [...(topics.get(topic)?.get(partition)?.values() ?? NONE)].filter(({ position }) => isOrdered(position)),
  }
}
