/** A bus on kafkajs as an application writes it by the documentation, for any version of kafkajs. */
import type { Bus, BusAdapter, Role, Site } from '../../harness/adapter.ts'
import { type Claims, fixed, settable } from '../../harness/claims.ts'
import { DEAD_LETTERS, encode } from '../kafkajs.ts'
import { consume, HANDLING, type Kafkajs } from './consumer.ts'

const claims: Claims = {
  delivery: 'at-least-once',
  // Messages are handled beside each other.
  ordering: 'none',
  messages: { tombstones: true, repeatedHeaders: false, maxBytes: 1_000_000 },
  publish: { timeout: settable(5_000, 400, 300_000), deadline: settable(60_000, 4_000, 600_000) },
  consume: { session: settable(10_000, 1_000, 60_000), behindFailure: 'hold' },
  close: { deadline: settable(15_000, 4_000, 120_000) },
  recovery: { deadline: settable(60_000, 15_000, 300_000) },
  errors: { codes: ['kafka'] },
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

async function open({ Kafka }: Kafkajs, site: Site): Promise<Bus> {
  const { publish } = site.claims
  const client = (role: Role) =>
    new Kafka({
      brokers: site.addresses(role).map(({ host, port }) => `${host}:${port}`),
      clientId: `${site.prefix}${site.node}`,
      connectionTimeout: publish.timeout,
      requestTimeout: publish.timeout,
      retry: { initialRetryTime: HANDLING.base, maxRetryTime: HANDLING.cap, factor: 0, multiplier: 2, retries: 10 },
      logCreator: () => () => undefined,
    })
  const [producer, deadLetters] = [client('publish').producer(), client('dead-letter').producer()]
  await Promise.all([producer.connect(), deadLetters.connect()])
  const closing = new Set<() => Promise<void>>([() => producer.disconnect(), () => deadLetters.disconnect()])

  return {
    async publish(message, { signal }) {
      const limit = AbortSignal.any([AbortSignal.timeout(publish.deadline), ...(signal ? [signal] : [])])
      const over = new Promise<never>((_, reject) => limit.addEventListener('abort', () => reject(limit.reason)))
      try {
        await Promise.race([producer.send({ topic: message.topic, messages: [encode(message)] }), over])
        return { status: 'acknowledged' }
      } catch (cause) {
        const error = new Error('kafkajs could not send the message', { cause })
        throw Object.assign(error, { code: 'kafka', effect: 'unknown', retryable: true })
      }
    },
    async subscribe(subscription, handle) {
      const consumer = await consume({ client: client('consume'), site, subscription, handle, deadLetters })
      closing.add(consumer.close)
      return consumer
    },
    async close() {
      await Promise.all([...closing].map((end) => end()))
    },
  }
}

/** `client` is the npm package that `kafkajs` comes from. */
export const busOn = (kafkajs: Kafkajs, client: string): BusAdapter => ({
  name: client,
  system: 'kafka',
  client,
  claims,
  open: (site) => open(kafkajs, site),
})
