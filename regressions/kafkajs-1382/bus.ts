/**
 * The bus on Kafka with a consumer as kafkajs documents it, for any version: a rejected message pauses its partition until the
 * next attempt is due, and the rejection is thrown, so that the message is not committed.
 */
import type * as Older from 'kafkajs-2-0'
import type * as Newer from 'kafkajs-2-1'
import { kafkajsParts } from '../../adapters/kafkajs/bus.ts'
import kafkajs from '../../adapters/kafkajs/index.ts'
import { CODES, createResilientBus, ResilienceError } from '../../adapters/resilience/index.ts'
import type { BusAdapter, Consumer, Handler, Role, Site, Subscription } from '../../harness/adapter.ts'
import { type Claims, fixed } from '../../harness/claims.ts'
import { DEAD_LETTERS, deliveryOf, isPermanent, letterOf, type Payload } from '../kafkajs.ts'

type Kafkajs = Pick<typeof Older | typeof Newer, 'Kafka'>
type Client = InstanceType<Kafkajs['Kafka']>

/** Waits before an attempt, ms, and attempts after the first, before a message is dead-lettered. */
const HANDLING = { base: 2_000, cap: 8_000, retries: 3 } as const
/** Of kafkajs itself, ms: soon against the shortest wait. */
const RETRY = { initialRetryTime: 300, factor: 0, retries: 1_000, maxRetryTime: 300 } as const

const claims: Claims = {
  ...kafkajs.claims,
  handling: {
    formula: 'exponential',
    base: fixed(HANDLING.base),
    factor: fixed(2),
    cap: fixed(HANDLING.cap),
    jitter: { low: fixed(1), high: fixed(1) },
    retries: fixed(HANDLING.retries),
  },
  deadLetter: { naming: 'per-topic', name: DEAD_LETTERS },
}

interface Consuming {
  readonly client: (role: Role) => Client
  readonly site: Site
  readonly subscription: Subscription
  readonly handle: Handler
}

async function consume({ client, site, subscription, handle }: Consuming): Promise<Consumer> {
  const { group, topics, from, consumer: name } = subscription
  const { session } = site.claims.consume
  const deadLetters = client('dead-letter').producer({ allowAutoTopicCreation: false })
  const consumer = client('consume').consumer({
    groupId: group,
    sessionTimeout: session,
    heartbeatInterval: Math.floor(session / 4),
    maxWaitTimeInMs: 100,
  })
  const attempts = new Map<string, number>()
  const pauses = new Set<NodeJS.Timeout>()

  const pause = ({ topic, partition }: Payload, ms: number): void => {
    const paused = [{ topic, partitions: [partition] }]
    consumer.pause(paused)
    const timer = setTimeout(() => {
      pauses.delete(timer)
      consumer.resume(paused)
    }, ms)
    pauses.add(timer)
  }

  const eachMessage = async (payload: Payload): Promise<void> => {
    const id = `${payload.topic}/${payload.partition}@${payload.message.offset}`
    const attempt = (attempts.get(id) ?? 0) + 1
    attempts.set(id, attempt)
    try {
      await handle(deliveryOf(payload, attempt))
    } catch (error) {
      if (attempt <= HANDLING.retries && !isPermanent(error)) {
        pause(payload, Math.min(HANDLING.cap, HANDLING.base * 2 ** (attempt - 1)))
        throw error
      }
      await deadLetters.send(letterOf(payload, { group, attempt, error }))
    }
    attempts.delete(id)
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
  await Promise.all([consumer.connect(), deadLetters.connect()])
  await consumer.subscribe({ topics: [...topics], fromBeginning: from === 'earliest' })
  await consumer.run({ autoCommitThreshold: 1, eachMessage })
  await receives
  return {
    async close() {
      for (const timer of pauses) clearTimeout(timer)
      await consumer.disconnect()
      await deadLetters.disconnect()
    },
  }
}

/** `name` is the npm package that `kafkajs` comes from. */
export const busOn = ({ Kafka }: Kafkajs, name: string): BusAdapter => ({
  ...kafkajs,
  name,
  client: name,
  claims,
  async open(site) {
    const bus = createResilientBus(site, kafkajsParts(site))
    const consumers = new Set<Consumer>()
    let closed = false
    const client = (role: Role): Client =>
      new Kafka({
        brokers: site.addresses(role).map(({ host, port }) => `${host}:${port}`),
        clientId: `${site.prefix}${site.node}`,
        retry: RETRY,
        logCreator: () => () => undefined,
      })
    return {
      ...bus,
      async subscribe(subscription, handle) {
        if (closed) throw new ResilienceError(CODES.closed, 'the bus is closed', { effect: 'none', retryable: false })
        const consumer = await consume({ client, site, subscription, handle })
        consumers.add(consumer)
        return consumer
      },
      async close() {
        closed = true
        await Promise.all([...consumers].map((consumer) => consumer.close()))
        await bus.close()
      },
    }
  },
})
