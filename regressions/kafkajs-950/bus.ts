/**
 * The bus on Kafka with a producer that retries by itself, for any version of kafkajs. Each attempt calls the partitioner, which
 * shows its beginning; its end shows only when the next one begins.
 */
import type * as Older from 'kafkajs-1-14'
import type * as Newer from 'kafkajs-1-15'
import { kafkajsParts } from '../../adapters/kafkajs/bus.ts'
import kafkajs from '../../adapters/kafkajs/index.ts'
import { createResilientBus } from '../../adapters/resilience/index.ts'
import type { Bus, BusAdapter, Site } from '../../harness/adapter.ts'
import { type Claims, fixed } from '../../harness/claims.ts'
import { encode } from '../kafkajs.ts'

type Kafkajs = Pick<typeof Older | typeof Newer, 'Kafka'>
type Producer = ReturnType<InstanceType<Kafkajs['Kafka']>['producer']>

/** Waits before a retry, ms, and retries after the first attempt. */
const RETRY = { initialRetryTime: 50, maxRetryTime: 1_000, factor: 0, multiplier: 2, retries: 2 } as const

const { breaker: _, ...rest } = kafkajs.claims

const claims: Claims = {
  ...rest,
  retry: {
    formula: 'exponential',
    base: fixed(RETRY.initialRetryTime),
    factor: fixed(RETRY.multiplier),
    cap: fixed(RETRY.maxRetryTime),
    jitter: { low: fixed(1), high: fixed(1) },
    retries: fixed(RETRY.retries),
  },
}

/** Reports the attempts of one publish. */
function createTeller(site: Site, op: string) {
  let attempt = 0
  const ended = (outcome: 'ok' | 'failed'): void => {
    if (attempt > 0) site.observe({ type: 'attempt-ended', op, attempt, outcome })
  }
  return {
    began(): void {
      ended('failed')
      attempt += 1
      site.observe({ type: 'attempt-began', op, attempt })
    },
    ended,
  }
}

function open({ Kafka }: Kafkajs, site: Site): Bus {
  const bus = createResilientBus(site, kafkajsParts(site))
  const { timeout } = site.claims.publish
  const tellers = new Map<unknown, ReturnType<typeof createTeller>>()
  const client = new Kafka({
    brokers: site.addresses('publish').map(({ host, port }) => `${host}:${port}`),
    clientId: `${site.prefix}${site.node}`,
    connectionTimeout: timeout,
    requestTimeout: timeout,
    enforceRequestTimeout: true,
    logCreator: () => () => undefined,
  })
  const made = new Set<Producer>()
  let current: Promise<Producer> | null = null

  const connect = async (): Promise<Producer> => {
    const producer = client.producer({
      retry: RETRY,
      createPartitioner:
        () =>
        ({ message }) => {
          tellers.get(message)?.began()
          return 0
        },
    })
    made.add(producer)
    await producer.connect()
    return producer
  }

  return {
    ...bus,
    async publish(message, { op }) {
      const encoded = encode(message)
      const teller = createTeller(site, op)
      tellers.set(encoded, teller)
      try {
        current ??= connect()
        const producer = await current
        await producer.send({ topic: message.topic, messages: [encoded] })
        teller.ended('ok')
        return { status: 'acknowledged' }
      } catch (cause) {
        teller.ended('failed')
        // The next one gets a new one.
        current = null
        const error = new Error('kafkajs could not send the message', { cause })
        throw Object.assign(error, { code: 'CONNECTION_FAILED', effect: 'unknown', retryable: true })
      } finally {
        tellers.delete(encoded)
      }
    },
    async close() {
      await Promise.all([...[...made].map((producer) => producer.disconnect()), bus.close()])
    },
  }
}

/** `client` is the npm package that `kafkajs` comes from. */
export const busOn = (kafkajsOf: Kafkajs, client: string): BusAdapter => ({
  ...kafkajs,
  name: client,
  client,
  claims,
  open: async (site) => open(kafkajsOf, site),
})
