/** The partitions that a member holds: what is read of each, one position at a time, and what is committed. */
import type { Batch, Consumer as KafkaConsumer } from 'kafkajs'
import type { OwnedPartition, PartitionId, ReceivedRecord } from '../resilience/index.ts'
import type { Bell } from './bell.ts'
import type { Gate } from './gate.ts'
import { decode } from './records.ts'
import type { Place } from './starts.ts'
import { createTogether } from './together.ts'

/** A partition as it was given by one join of the group. */
interface Held extends PartitionId {
  /** Null until it is known. */
  next: number | null
  /** What kafkajs was last told to read from. */
  wanted: number | null
  read: { readonly from: number; readonly records: readonly ReceivedRecord[] } | null
}

export type Round = ReadonlyMap<string, Held>

export interface Holdings {
  /** After a join; where the member stayed the same, it goes on with what it held before. */
  replace(assignment: Readonly<Record<string, readonly number[]>>, isSame: boolean): Round
  isCurrent(round: Round): boolean
  establish(round: Round, places: readonly Place[] | null): void
  isEstablished(): boolean
  owned(): readonly OwnedPartition[]
  /** What kafkajs has read. */
  take(batch: Batch): void
  enter(partition: PartitionId, signal: AbortSignal): Promise<(() => void) | null>
  fetch(partition: PartitionId, from: number, signal: AbortSignal): Promise<readonly ReceivedRecord[]>
  /** False when the partition is not held any more. */
  commit(partition: PartitionId, next: number): Promise<boolean>
  commitAll(places: readonly Place[]): Promise<void>
}

/** How long the reader of a partition waits before it looks around, ms. */
const LOOK = 500

const keyOf = ({ topic, partition }: PartitionId): string => `${topic}/${partition}`

export function createHoldings(consumer: KafkaConsumer, bell: Bell, gate: Gate): Holdings {
  let round: Round = new Map()
  let established = false
  /** By partition, the last position that a broker took. */
  const taken = new Map<string, number>()
  consumer.on(consumer.events.COMMIT_OFFSETS, ({ payload }) => {
    for (const { topic, partitions } of payload.topics) {
      for (const { partition, offset } of partitions) taken.set(keyOf({ topic, partition }), Number(offset))
    }
  })

  const pause = ({ topic, partition }: PartitionId): void => consumer.pause([{ topic, partitions: [partition] }])

  const commitAll = async (places: readonly Place[]): Promise<void> => {
    for (const place of places) taken.delete(keyOf(place))
    await consumer.commitOffsets(
      places.map(({ topic, partition, next }) => ({ topic, partition, offset: String(next) })),
    )
    // kafkajs resolves, too, when it is about to stop and has committed nothing.
    if (places.some((place) => taken.get(keyOf(place)) !== place.next))
      throw new Error('the position was not committed')
  }

  /** While one request is under way, what is to be committed next waits, and goes together. */
  const together = createTogether(async (places: readonly Place[]) => {
    const still = places.filter((place) => round.has(keyOf(place)))
    if (still.length > 0) await commitAll(still)
  })

  const readFrom = (held: Held, from: number): void => {
    held.wanted = from
    held.read = null
    consumer.seek({ topic: held.topic, partition: held.partition, offset: String(from) })
    consumer.resume([{ topic: held.topic, partitions: [held.partition] }])
  }

  return {
    replace(assignment, isSame) {
      const before = round
      const next = new Map<string, Held>()
      for (const [topic, partitions] of Object.entries(assignment)) {
        for (const partition of partitions) {
          const id = { topic, partition }
          pause(id)
          const known = isSame ? (before.get(keyOf(id))?.next ?? null) : null
          next.set(keyOf(id), { ...id, next: known, wanted: null, read: null })
        }
      }
      round = next
      established = false
      return next
    },
    isCurrent: (one) => one === round,
    establish(one, places) {
      if (places === null || one !== round) return
      for (const place of places) {
        const held = round.get(keyOf(place))
        if (held !== undefined) held.next ??= place.next
      }
      established = true
      bell.ring()
    },
    isEstablished: () => established,
    owned: () =>
      [...round.values()].flatMap(({ topic, partition, next }) =>
        next === null ? [] : [{ topic, partition, next, release: false }],
      ),
    take(batch) {
      const held = round.get(keyOf(batch))
      const from = held?.wanted
      if (held === undefined || from === undefined || from === null) return pause(batch)
      const records = batch.messages
        .filter(({ offset }) => Number(offset) >= from)
        .map((message) => decode(held, message))
      if (records.length === 0) return
      pause(batch)
      held.wanted = null
      held.read = { from, records }
      bell.ring()
    },
    async enter(partition, signal) {
      await gate.open(signal)
      return round.has(keyOf(partition)) && !signal.aborted ? gate.enter() : null
    },
    async fetch(partition, from, signal) {
      const until = performance.now() + LOOK
      while (!signal.aborted && performance.now() < until) {
        const held = round.get(keyOf(partition))
        if (held?.read?.from === from) {
          const { records } = held.read
          held.read = null
          return records
        }
        if (held !== undefined && held.next !== null && held.wanted !== from) readFrom(held, from)
        await bell.wait(Math.max(1, until - performance.now()), signal)
      }
      return []
    },
    async commit(partition, next) {
      const leave = gate.enter()
      try {
        if (!round.has(keyOf(partition))) return false
        await together({ ...partition, next })
        // Lost meanwhile, so that nothing was committed.
        if (taken.get(keyOf(partition)) !== next) return false
        const held = round.get(keyOf(partition))
        if (held !== undefined) held.next = next
        return true
      } finally {
        leave()
      }
    },
    commitAll,
  }
}
