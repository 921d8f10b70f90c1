import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs'
import kafkajs from '../../adapters/kafkajs/index.ts'
import type { Bus } from '../../harness/adapter.ts'
import { createDriver } from '../../harness/host/driver.ts'
import type { NodeConfig } from '../../harness/host/host.ts'
import { messageFor } from '../../harness/host/material.ts'
import { siteFor } from '../../harness/host/site-for.ts'
import type { Endpoint } from '../../harness/system-contract.ts'
import { OP_HEADER } from '../../harness/vocabulary.ts'
import kafka from '../../systems/kafka/index.ts'
import { longHeader, longPlan } from '../long-history.ts'
import { type Found, inShort, median, meets, type Row } from '../row.ts'

const MESSAGES = 2_000
const REPEATS = 5
/** Publishes that have not settled, at most; the first ones, not counted, warm up what is compared. */
const AT_ONCE = 16
const WARM = 200
const PREFIX = 'bench-'
const TOPIC = `${PREFIX}t0`

type Publish = (index: number) => Promise<void>

/** Messages a second. */
async function rate(publish: Publish, from: number, count: number): Promise<number> {
  let next = from
  const began = performance.now()
  const one = async (): Promise<void> => {
    while (next < from + count) await publish(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  return count / ((performance.now() - began) / 1000)
}

function configFor(endpoints: Readonly<Record<'publish' | 'consume' | 'dead-letter', Endpoint>>): NodeConfig {
  const { plan, claims } = longHeader(kafkajs)
  const addresses = Object.fromEntries(Object.entries(endpoints).map(([role, address]) => [role, [address]]))
  const messages = longPlan(WARM + REPEATS * MESSAGES)
  const epoch = performance.now()
  return {
    node: 'n0',
    prefix: PREFIX,
    plan: { ...plan, messages },
    claims,
    credentials: {},
    canaries: {},
    addresses,
    epoch,
  }
}

/** The adapter behind the driver that every host has: it makes the messages, calls, and records what comes of it. */
async function driven(config: NodeConfig) {
  const settled = new Map<string, (error?: Error) => void>()
  let events = 0
  const driver = createDriver({
    adapter: kafkajs,
    where: 'adapters/kafkajs',
    emit(event) {
      events += 1
      if (event.type === 'opened' && event.error !== undefined) throw new Error(event.error.message)
      if (event.type !== 'published') return
      settled.get(event.op)?.(event.error === undefined ? undefined : new Error(event.error.message))
    },
    now: () => performance.now(),
    dial: () => Promise.reject(new Error('kafkajs does not dial')),
    warmUp: false,
    census: () => ({}),
    owners: { mark: () => undefined, found: () => ({}) },
  })
  await driver.handle({ do: 'open', config })
  const publish: Publish = (index) =>
    new Promise((resolve, reject) => {
      const op = `m${index}`
      settled.set(op, (error) => {
        settled.delete(op)
        if (error === undefined) resolve()
        else reject(error)
      })
      void driver.handle({ do: 'publish', op, producer: 'p0', topic: TOPIC, abortAfter: null })
    })
  return { publish, close: () => driver.handle({ do: 'close', calls: 1, within: 10_000 }), events: () => events }
}

/** The adapter without the harness: the same bus, called by hand. */
async function called(config: NodeConfig): Promise<{ publish: Publish; bus: Bus }> {
  const dial = (): Promise<never> => Promise.reject(new Error('kafkajs does not dial'))
  const bus = await kafkajs.open(siteFor(config, { dial, observe: () => undefined }))
  const made = Array.from({ length: WARM + REPEATS * MESSAGES }, (_, index) => messageFor(config, `m${index}`, TOPIC))
  const publish: Publish = async (index) => {
    const message = made[index]
    if (message !== undefined) await bus.publish(message, { op: `m${index}` })
  }
  return { publish, bus }
}

async function bare({ host, port }: Endpoint, config: NodeConfig): Promise<{ publish: Publish; producer: Producer }> {
  const client = new Kafka({ brokers: [`${host}:${port}`], clientId: 'bare', logLevel: logLevel.NOTHING })
  const producer = client.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    idempotent: true,
    maxInFlightRequests: 1,
  })
  await producer.connect()
  // Made beforehand: the bytes are the caller's business here.
  const made = Array.from({ length: WARM + REPEATS * MESSAGES }, (_, index) => {
    const { key, value } = messageFor(config, `m${index}`, TOPIC)
    const bytes = (from: Uint8Array | null): Buffer | null => (from === null ? null : Buffer.from(from))
    return { key: bytes(key), value: bytes(value), headers: { [OP_HEADER]: `m${index}` } }
  })
  const publish: Publish = async (index) => {
    const message = made[index]
    if (message !== undefined) await producer.send({ topic: TOPIC, messages: [message], acks: -1 })
  }
  return { publish, producer }
}

async function compare(): Promise<Found> {
  const folder = await mkdtemp(join(tmpdir(), 'busproof-bench-'))
  try {
    await using running = await kafka.start({ folder })
    await using _run = await running.prepare({
      prefix: PREFIX,
      topics: [{ name: TOPIC, partitions: 1, deadLetter: null }],
      witness: {},
    })
    const config = configFor({
      publish: running.endpoint('publish'),
      consume: running.endpoint('consume'),
      'dead-letter': running.endpoint('dead-letter'),
    })
    const harness = await driven(config)
    const client = await bare(running.endpoint('publish'), config)
    const adapter = await called({ ...config, node: 'n1' })
    const ways = [harness.publish, client.publish, adapter.publish] as const
    for (const publish of ways) await rate(publish, 0, WARM)
    const rates: [number[], number[], number[]] = [[], [], []]
    // In turn, so that what else the machine does falls on both.
    for (let repeat = 0; repeat < REPEATS; repeat++)
      for (const [index, publish] of ways.entries())
        rates[index]?.push(await rate(publish, WARM + repeat * MESSAGES, MESSAGES))
    await harness.close()
    await adapter.bus.close()
    await client.producer.disconnect()
    const [through, alone, byHand] = rates.map(median) as [number, number, number]
    const share = (100 * through) / alone
    return {
      measured: `${share.toFixed(0)} % of bare: ${inShort(through)} against ${inShort(alone)} messages a second`,
      meets: meets(share >= 90),
      notes: [
        `${running.version}, one partition, an idempotent producer, \`acks: -1\`, one request in flight, ${AT_ONCE} publishes waiting at once; ${REPEATS} times ${MESSAGES} messages in turn, medians.`,
        `Through the harness: messages made, digests taken, the shared retry and breaker around kafkajs, and ${harness.events()} events told. Bare: \`producer.send\` with the same bytes, made beforehand. All straight to the broker.`,
        'The adapter has four producers, each with one message at a time, because kafkajs takes sequence numbers back after a failure; kafkajs called bare has one producer, which encodes the next message while it waits for an answer.',
        `The adapter called by hand, without the harness: ${inShort(byHand)} messages a second, ${((100 * byHand) / alone).toFixed(0)} % of bare; the harness keeps ${((100 * through) / byHand).toFixed(0)} % of that.`,
      ],
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export const row: Row = {
  name: 'kafkajs',
  what: 'kafkajs driven through the harness',
  goal: '≥ 90 % of the same calls made bare',
  async run(): Promise<Found> {
    const missing = await kafka.missing()
    return missing === null ? await compare() : { measured: '', meets: 'not run', notes: [missing] }
  },
}
