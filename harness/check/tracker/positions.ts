import type { Position } from '../../adapter.ts'
import type { Event } from '../../history/event.ts'
import { join, listIn, type Moment } from './moment.ts'

/**
 * Where messages lie. What the witness found stored counts, as soon as it is known; what receipts and deliveries say
 * counts only for messages that no witness found.
 */
export interface Positions {
  step(event: Event, moment: Moment): void
  opAt(position: Position): string | null
  /** Everywhere where the message is known to lie. */
  of(op: string): readonly Position[]
  /** Messages of a partition that are known by their op, in no order. */
  within(topic: string, partition: number): Iterable<{ readonly offset: number; readonly op: string }>
  /** Where a delivery of the message took it from: where it says, if that is known, else where the message lies. */
  from(op: string, told: Position | null): Position | null
  /** Everywhere where the witness found it. */
  witnessed(op: string): readonly Position[]
  /** When the witness first saw it stored, outside the dead letters; null when it never did. */
  storedAt(op: string): Moment | null
  /** The same of its last copy. */
  lastStoredAt(op: string): Moment | null
}

export const samePosition = (one: Position, other: Position): boolean =>
  one.offset === other.offset && one.partition === other.partition && one.topic === other.topic

export const inWords = ({ topic, partition, offset }: Position): string => `${topic}/${partition} at ${offset}`

export function createPositions(): Positions {
  const found = createPlaces()
  const told = createPlaces()
  const stored = new Map<string, Moment>()
  const lastStored = new Map<string, Moment>()
  const of = (op: string): readonly Position[] => (found.of(op).length > 0 ? found.of(op) : told.of(op))
  const toldAt = (op: string | null): string | null => (op !== null && found.of(op).length === 0 ? op : null)

  return {
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
    opAt: (position) => found.at(position) ?? toldAt(told.at(position)),
    of,
    from: (op, place) => of(op).find((one) => place !== null && samePosition(one, place)) ?? of(op)[0] ?? null,
    *within(topic, partition) {
      yield* found.within(topic, partition)
      for (const { offset, op } of told.within(topic, partition)) {
        if (toldAt(op) !== null && found.at({ topic, partition, offset }) === null) yield { offset, op }
      }
    },
    witnessed: found.of,
    storedAt: (op) => stored.get(op) ?? null,
    lastStoredAt: (op) => lastStored.get(op) ?? null,
  }
}

/** First come: a place once taken keeps its message. */
function createPlaces() {
  const partitions = new Map<string, Map<number, string>>()
  const byOp = new Map<string, Position[]>()
  return {
    learn(op: string | null, position: Position | undefined): void {
      if (op === null || position === undefined) return
      const key = join(position.topic, position.partition)
      const partition = partitions.get(key) ?? new Map<number, string>()
      partitions.set(key, partition)
      if (!partition.has(position.offset)) partition.set(position.offset, op)
      const known = listIn(byOp, op)
      if (!known.some((one) => samePosition(one, position))) known.push(position)
    },
    at: ({ topic, partition, offset }: Position): string | null =>
      partitions.get(join(topic, partition))?.get(offset) ?? null,
    of: (op: string): readonly Position[] => byOp.get(op) ?? [],
    *within(topic: string, partition: number) {
      for (const [offset, op] of partitions.get(join(topic, partition)) ?? []) yield { offset, op }
    },
  }
}
