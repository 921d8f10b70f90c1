/** Reads every record of a run's topics, from the leader of each partition. */
import type { StoredMessage } from '../../harness/system-contract.ts'
import { ANSWER_WITHIN, type KafkaClient, ledPartitions, persist } from './client.ts'
import type { Connection } from './protocol/connection.ts'
import { check, OFFSET_UNAVAILABLE } from './protocol/errors.ts'
import { fetchRecords, listOffsets } from './protocol/log-apis.ts'
import { decodeRecords } from './protocol/records.ts'

const WITHIN = 20_000
/** Of one answer, and of one partition in it, bytes: more than any single batch, so that every answer has a whole one. */
const MOST = 32 * 1024 * 1024
const MOST_OF_PARTITION = 8 * 1024 * 1024

/** Special time stamps of ListOffsets. */
const EARLIEST = -2
const LATEST = -1

/** Says that the request comes from a client, not from a follower. */
const NO_REPLICA = -1
/** Records of open and aborted transactions are read too: they are stored. */
const READ_UNCOMMITTED = 0

interface Log {
  readonly topic: string
  readonly partition: number
  epoch: number
  /** Where to read on; null while it is not known where the log begins. */
  next: number | null
  /** Where it ended when it was first looked at. */
  end: number
  readonly messages: StoredMessage[]
}

/** In the order of topic, partition and offset. Rejects with SiteError when a partition has no leader for 20 s. */
export async function readStored(client: KafkaClient, prefix: string): Promise<readonly StoredMessage[]> {
  const logs = new Map<string, Log>()
  await persist('the witness cannot read what is stored', WITHIN, async () => {
    const byLeader = await unread(client, prefix, logs)
    await Promise.all([...byLeader].map(([leader, led]) => readFrom(client.node(leader), led)))
  })
  return [...logs.values()].sort(byPlace).flatMap(({ messages }) => messages)
}

const byPlace = (a: Log, b: Log): number =>
  a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1

/** Logs that are not yet read to their end, by the broker that leads them; new ones are added to `logs`. */
async function unread(client: KafkaClient, prefix: string, logs: Map<string, Log>): Promise<Map<number, Log[]>> {
  const byLeader = new Map<number, Log[]>()
  for (const topic of await client.topics(null)) {
    if (!topic.name.startsWith(prefix)) continue
    for (const { partition, leader, epoch } of ledPartitions(topic)) {
      const key = `${topic.name}/${partition}`
      const log = logs.get(key) ?? { topic: topic.name, partition, epoch, next: null, end: 0, messages: [] }
      log.epoch = epoch
      logs.set(key, log)
      if (log.next === null || log.next < log.end) byLeader.set(leader, [...(byLeader.get(leader) ?? []), log])
    }
  }
  return byLeader
}

async function readFrom(leader: Connection, led: readonly Log[]): Promise<void> {
  const fresh = led.filter(({ next }) => next === null)
  if (fresh.length > 0) {
    const [starts, ends] = await Promise.all([offsetsOf(leader, fresh, EARLIEST), offsetsOf(leader, fresh, LATEST)])
    for (const [index, log] of fresh.entries()) Object.assign(log, { next: starts[index], end: ends[index] })
  }
  for (;;) {
    const open = led.filter(({ next, end }) => next === null || next < end)
    if (open.length === 0) return
    await readSome(leader, open)
  }
}

/** In the order of `logs`. */
async function offsetsOf(leader: Connection, logs: readonly Log[], timestamp: number): Promise<readonly number[]> {
  const topics = logs.map(({ topic, partition, epoch }) => ({
    name: topic,
    partitions: [{ partition, epoch, timestamp }],
  }))
  const question = { replica: NO_REPLICA, isolation: READ_UNCOMMITTED, topics }
  const answer = await leader.request(listOffsets, question, ANSWER_WITHIN)
  return logs.map(({ topic, partition }) => {
    const found = partitionOf(answer.topics, topic, partition)
    check(found?.error ?? OFFSET_UNAVAILABLE, `offsets of ${topic}/${partition}`)
    return found?.offset ?? 0
  })
}

async function readSome(leader: Connection, logs: readonly Log[]): Promise<void> {
  const topics = logs.map(({ topic, partition, epoch, next }) => ({
    name: topic,
    partitions: [{ partition, epoch, offset: next ?? 0, logStart: -1, maxBytes: MOST_OF_PARTITION }],
  }))
  const limits = { maxWait: 0, minBytes: 0, maxBytes: MOST, isolation: READ_UNCOMMITTED }
  // Session 0 in epoch -1: each request says everything.
  const whole = { session: 0, sessionEpoch: -1, forgotten: [], rack: '' }
  const answer = await leader.request(fetchRecords, { replica: NO_REPLICA, ...limits, ...whole, topics }, ANSWER_WITHIN)
  check(answer.error, 'records')
  const progress = logs.map((log) => {
    const found = partitionOf(answer.topics, log.topic, log.partition)
    check(found?.error ?? 0, `records of ${log.topic}/${log.partition}`)
    return take(log, found?.records ?? null)
  })
  // A leader that has just been chosen may not yet show what the one before it had shown.
  check(progress.includes(true) ? 0 : OFFSET_UNAVAILABLE, 'records')
}

/** False when there was nothing new. A batch may begin before the position that was asked for. */
function take(log: Log, bytes: Uint8Array | null): boolean {
  const from = log.next ?? 0
  const { records, next } = decodeRecords(bytes ?? new Uint8Array())
  if (next === null || next <= from) return false
  const { topic, partition } = log
  for (const { offset, key, value, headers } of records) {
    if (offset >= from) log.messages.push({ position: { topic, partition, offset }, key, value, headers })
  }
  log.next = next
  return true
}

const partitionOf = <P extends { readonly partition: number }>(
  topics: readonly { readonly name: string; readonly partitions: readonly P[] }[],
  topic: string,
  partition: number,
): P | undefined =>
  topics
    .filter(({ name }) => name === topic)
    .flatMap(({ partitions }) => partitions)
    .find((found) => found.partition === partition)
