import { isOrdered } from '../../history/ranks.ts'
import type { Event, Position } from '../event.ts'
import type { Delivered } from './deliveries.ts'
import type { Ledger } from './ledger.ts'
import { isBefore, join, listIn, type Moment } from './moment.ts'

/** A member takes over a partition on which its group had worked before: its own again, or another member's. */
export interface Resumption {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly consumer: string
  /** When it got the partition; if the adapter does not report that, when it subscribed. */
  readonly since: Moment
  /** The first message that it received then, and its position. */
  readonly first: Delivered
  readonly place: Position
  /** Who was given a message of the partition last. */
  readonly before: string
}

export interface Resumptions {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  /** In the order of their first messages. Ask at the end: where messages lie may be known late. */
  all(): readonly Resumption[]
}

export function createResumptions(ledger: Ledger): Resumptions {
  /** By consumer, topic and partition. */
  const assigned = new Map<string, Moment[]>()

  const sinceOf = ({ consumer, began }: Delivered, line: string): Moment | null =>
    assigned.get(join(consumer, line))?.findLast((moment) => isBefore(moment, began)) ??
    ledger.groups.consumer(consumer)?.began ??
    null

  return {
    takes: ['assigned'],
    step(event, moment) {
      if (event.type !== 'assigned') return
      for (const { topic, partition } of event.partitions) {
        listIn(assigned, join(event.consumer, join(topic, partition))).push(moment)
      }
    },
    all() {
      const found: Resumption[] = []
      // Where members share one sequence, none has it for itself, unless the adapter says so.
      if (ledger.run.lacks?.partitions !== undefined && assigned.size === 0) return found
      const last = new Map<string, string>()
      const known = new Map<string, Moment>()
      for (const first of ledger.deliveries.all) {
        const { group, consumer, op, position } = first
        const place = op === null ? null : ledger.positions.from(op, position)
        if (place === null || !isOrdered(place)) continue
        const { topic, partition } = place
        const line = join(topic, partition)
        const since = sinceOf(first, line)
        const before = last.get(join(group, line))
        last.set(join(group, line), consumer)
        if (since === null || known.get(join(consumer, line)) === since) continue
        known.set(join(consumer, line), since)
        if (before !== undefined) found.push({ group, topic, partition, consumer, since, first, place, before })
      }
      return found
    },
  }
}
