/** Topics of the embedded broker: partitions as append-only logs with retention, publishes made idempotent by a dedup id. */
import type { TopicSpec } from '../../harness/system-contract.ts'
import type { EncodedMessage, FetchedRecord, PartitionId } from './protocol.ts'

interface Partition {
  readonly records: FetchedRecord[]
  start: number
  next: number
}

export interface Log {
  partitionsOf(topic: string): number
  /** Whether every message for it is refused. */
  isRefused(topic: string): boolean
  append(
    topic: string,
    dedup: string | null,
    message: EncodedMessage & Pick<FetchedRecord, 'storedAt'>,
  ): { partition: number; offset: number; fresh: boolean }
  /** From `from` on, or from the oldest retained message where that is later. */
  read(partition: PartitionId, from: number, most: number): FetchedRecord[]
  endOf(partition: PartitionId): number
  /** Calls back once, when something is next appended to the partition; the function returned takes the wish back. */
  onceAppended(partition: PartitionId, listener: () => void): () => void
  each(visit: (partition: PartitionId, record: FetchedRecord) => void): void
  /** Drops every message of the topic, as retention would. */
  forget(topic: string): void
}

/** `retained`: messages kept in each partition; older ones go. */
export function createLog(topics: readonly TopicSpec[], retained: number): Log {
  const partitions = new Map<string, Partition[]>()
  let stored = new Map<string, { topic: string; partition: number; offset: number }>()
  const waiting = new Map<string, Set<() => void>>()
  let turn = 0
  const keyOf = ({ topic, partition }: PartitionId): string => `${topic}/${partition}`
  const add = (name: string, count: number): void => {
    partitions.set(
      name,
      Array.from({ length: count }, () => ({ records: [], start: 0, next: 0 })),
    )
  }
  for (const topic of topics) {
    add(topic.name, topic.partitions)
    if (topic.deadLetter !== null && !partitions.has(topic.deadLetter)) add(topic.deadLetter, 1)
  }
  const find = ({ topic, partition }: PartitionId): Partition | undefined => partitions.get(topic)?.[partition]
  const choose = (count: number, key: string | null): number => (key === null ? turn++ % count : hash(key) % count)

  return {
    isRefused: (topic) => topics.some(({ name, refused }) => name === topic && refused === true),
    partitionsOf: (topic) => partitions.get(topic)?.length ?? 0,
    append(topic, dedup, message) {
      const known = dedup === null ? undefined : stored.get(dedup)
      if (known !== undefined) return { partition: known.partition, offset: known.offset, fresh: false }
      const logs = partitions.get(topic) ?? []
      const partition = choose(logs.length, message.key)
      const log = logs[partition]
      if (log === undefined) throw new Error(`the broker has no topic ${topic}`)
      const offset = log.next++
      log.records.push({ offset, ...message })
      if (log.records.length > retained) {
        log.records.shift()
        log.start += 1
      }
      if (dedup !== null) stored.set(dedup, { topic, partition, offset })
      const listeners = waiting.get(keyOf({ topic, partition }))
      waiting.delete(keyOf({ topic, partition }))
      for (const listener of listeners ?? []) listener()
      return { partition, offset, fresh: true }
    },
    read(id, from, most) {
      const log = find(id)
      if (log === undefined) return []
      const first = Math.max(from, log.start) - log.start
      return log.records.slice(first, first + most)
    },
    endOf: (id) => find(id)?.next ?? 0,
    onceAppended(id, listener) {
      const listeners = waiting.get(keyOf(id)) ?? new Set()
      waiting.set(keyOf(id), listeners.add(listener))
      return () => listeners.delete(listener)
    },
    each(visit) {
      for (const [topic, logs] of partitions) {
        logs.forEach((log, partition) => {
          for (const record of log.records) visit({ topic, partition }, record)
        })
      }
    },
    forget(name) {
      for (const log of partitions.get(name) ?? []) {
        log.records.length = 0
        log.start = log.next
      }
      stored = new Map([...stored].filter(([, { topic }]) => topic !== name))
    },
  }
}

/** FNV-1a, 32 bit: the same key always goes to the same partition. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value >>> 0
}
