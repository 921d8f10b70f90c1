import type { Position } from '../../adapter.ts'
import type { Event } from '../../history/event.ts'
import { join, listIn, type Moment } from './moment.ts'

export interface Positions {
  step(event: Event, moment: Moment): void
  opAt(position: Position): string | null
  /** Everywhere where the message is known to lie. */
  of(op: string): readonly Position[]
  /** Messages of a partition that are known by their op, in no order. */
  within(topic: string, partition: number): Iterable<{ readonly offset: number; readonly op: string }>
  /** When the witness first saw it stored, outside the dead letters; null when it never did. */
  storedAt(op: string): Moment | null
}

export const samePosition = (one: Position, other: Position): boolean =>
  one.offset === other.offset && one.partition === other.partition && one.topic === other.topic

export const inWords = ({ topic, partition, offset }: Position): string => `${topic}/${partition} at ${offset}`

export function createPositions(): Positions {
  const partitions = new Map<string, Map<number, string>>()
  const byOp = new Map<string, Position[]>()
  const stored = new Map<string, Moment>()

  const learn = (op: string | null, position: Position | undefined): void => {
    if (op === null || position === undefined) return
    const key = join(position.topic, position.partition)
    const partition = partitions.get(key) ?? new Map<number, string>()
    partitions.set(key, partition)
    if (!partition.has(position.offset)) partition.set(position.offset, op)
    const known = listIn(byOp, op)
    if (!known.some((one) => samePosition(one, position))) known.push(position)
  }

  return {
    step(event, moment) {
      switch (event.type) {
        case 'published':
        case 'deliver':
          return learn(event.op, event.position)
        case 'stored':
          learn(event.op, event.position)
          if (event.op !== null && !stored.has(event.op)) stored.set(event.op, moment)
          return
      }
    },
    opAt: ({ topic, partition, offset }) => partitions.get(join(topic, partition))?.get(offset) ?? null,
    of: (op) => byOp.get(op) ?? [],
    *within(topic, partition) {
      for (const [offset, op] of partitions.get(join(topic, partition)) ?? []) yield { offset, op }
    },
    storedAt: (op) => stored.get(op) ?? null,
  }
}
