/**
 * Consumes with `eachMessage` and manual commits. A message that takes long does not hold up those behind it: they are
 * handled beside it, and what is committed stays behind the oldest that has not ended. What is rejected soon is left to
 * kafkajs, which hands it over again.
 */
import type * as Kafkajs13 from 'kafkajs-1-13'
import type * as Kafkajs14 from 'kafkajs-1-14'
import type { EachMessagePayload, Producer } from 'kafkajs-1-14'
import type { Consumer, Handler, Site, Subscription } from '../../harness/adapter.ts'
import { deliveryOf, isPermanent, letterOf } from '../kafkajs.ts'

export type Kafkajs = Pick<typeof Kafkajs13 | typeof Kafkajs14, 'Kafka'>

export interface Consuming {
  readonly client: InstanceType<Kafkajs['Kafka']>
  readonly site: Site
  readonly subscription: Subscription
  readonly handle: Handler
  readonly deadLetters: Pick<Producer, 'send'>
}

/** Waits before an attempt, ms, and attempts after the first, before a message is dead-lettered. */
export const HANDLING = { base: 100, cap: 1_000, retries: 3 } as const
/** How long a message may hold up the next one, ms. */
const PATIENCE = 20

/** Of one partition: what has begun and not ended, the last that has begun, and what is committed. */
interface Progress {
  readonly open: Set<number>
  last: number
  committed: number
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export async function consume({ client, site, subscription, handle, deadLetters }: Consuming): Promise<Consumer> {
  const { group, topics, from, consumer: name } = subscription
  const { session } = site.claims.consume
  const consumer = client.consumer({
    groupId: group,
    sessionTimeout: session,
    heartbeatInterval: Math.floor(session / 4),
    maxWaitTimeInMs: 100,
  })
  const partitions = new Map<string, Progress>()
  const attempts = new Map<string, number>()
  const working = new Set<Promise<void>>()

  /** Rejects where kafkajs is still there to try again. */
  const work = async (payload: EachMessagePayload, isAlone: () => boolean): Promise<void> => {
    const id = `${payload.topic}/${payload.partition}@${payload.message.offset}`
    for (;;) {
      const attempt = (attempts.get(id) ?? 0) + 1
      attempts.set(id, attempt)
      try {
        return await handle(deliveryOf(payload, attempt))
      } catch (error) {
        if (attempt > HANDLING.retries || isPermanent(error)) {
          return void (await deadLetters.send(letterOf(payload, { group, attempt, error })))
        }
        if (!isAlone()) throw error
        await sleep(Math.min(HANDLING.cap, HANDLING.base * 2 ** (attempt - 1)))
      }
    }
  }

  const eachMessage = async (payload: EachMessagePayload): Promise<void> => {
    const { topic, partition, message } = payload
    const offset = Number(message.offset)
    const progress = partitions.get(`${topic}/${partition}`) ?? { open: new Set(), last: offset, committed: offset }
    partitions.set(`${topic}/${partition}`, progress)
    progress.open.add(offset)
    progress.last = Math.max(progress.last, offset)
    let alone = false
    const ended = work(payload, () => alone).then(async () => {
      attempts.delete(`${topic}/${partition}@${message.offset}`)
      progress.open.delete(offset)
      const next = progress.open.size > 0 ? Math.min(...progress.open) : progress.last + 1
      if (next <= progress.committed) return
      await consumer.commitOffsets([{ topic, partition, offset: String(next) }])
      progress.committed = Math.max(progress.committed, next)
    })
    // A message that was neither handled nor dead-lettered stays uncommitted, and the next member receives it.
    const over: Promise<void> = ended.catch(() => undefined).finally(() => working.delete(over))
    working.add(over)
    await Promise.race([ended, sleep(PATIENCE)])
    alone = true
  }

  consumer.on(consumer.events.COMMIT_OFFSETS, ({ payload }) => {
    for (const { topic, partitions } of payload.topics) {
      for (const { partition, offset } of partitions) {
        const at = { topic, partition: Number(partition), next: Number(offset) }
        site.observe({ type: 'committed', consumer: name, group, ...at })
      }
    }
  })
  // By its first fetch it knows its partitions, and where they begin.
  const receives = new Promise<void>((resolve) => void consumer.on(consumer.events.FETCH, () => resolve()))
  await consumer.connect()
  for (const topic of topics) await consumer.subscribe({ topic, fromBeginning: from === 'earliest' })
  await consumer.run({ autoCommit: false, eachMessage })
  await receives
  return {
    async close() {
      consumer.pause(topics.map((topic) => ({ topic })))
      await Promise.all(working)
      await consumer.disconnect()
      await Promise.all(working)
    },
  }
}
