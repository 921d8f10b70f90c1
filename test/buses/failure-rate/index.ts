/**
 * Its breaker opens by the rate of failures in a sliding window, and half of each wait is drawn. One loop of a consumer takes
 * one message after the other from all of its partitions in turn. All dead letters go to one topic.
 */
import type { Bus, BusAdapter, Consumer, Site } from '../../../harness/adapter.ts'
import { fixed, settable } from '../../../harness/claims.ts'
import { keepLine } from '../line.ts'
import { startConsumer } from './consumer.ts'
import { CODES, fault, oncePromised } from './faults.ts'
import { createPublisher } from './publisher.ts'

const equalJitter = { formula: 'exponential', factor: fixed(2), jitter: { low: fixed(0.5), high: fixed(1) } } as const

const claims: BusAdapter['claims'] = {
  delivery: 'at-least-once',
  ordering: 'per-key',
  messages: { tombstones: true, repeatedHeaders: true, maxBytes: 262_144 },
  publish: { timeout: settable(2_000, 50, 60_000), deadline: settable(30_000, 200, 300_000) },
  consume: { session: settable(10_000, 200, 60_000), behindFailure: 'hold' },
  close: { deadline: settable(10_000, 500, 60_000) },
  recovery: { deadline: settable(30_000, 1_000, 300_000) },
  errors: { codes: Object.values(CODES) },
  retry: {
    ...equalJitter,
    base: settable(500, 5, 10_000),
    cap: settable(4_000, 20, 60_000),
    retries: settable(4, 0, 10),
  },
  handling: {
    ...equalJitter,
    base: settable(500, 5, 10_000),
    cap: settable(4_000, 20, 60_000),
    retries: settable(2, 0, 10),
  },
  breaker: {
    trip: { when: 'failure-rate', above: fixed(50), calls: settable(10, 1, 100), window: fixed(10_000) },
    reset: settable(15_000, 50, 600_000),
    halfOpen: { permits: settable(2, 1, 10), closeAfter: settable(2, 1, 10), reopenOn: settable(1, 1, 10) },
    retry: 'outside',
    code: CODES.open,
  },
  deadLetter: { naming: 'single', name: 'failed' },
}

function open(site: Site): Bus {
  const lines = {
    publish: keepLine(site, 'publish'),
    consume: keepLine(site, 'consume'),
    letters: keepLine(site, 'dead-letter'),
  }
  const publisher = createPublisher(site, lines.publish)
  const consumers = new Set<Consumer>()
  let isClosed = false
  return {
    publish: publisher.publish,
    async subscribe(subscription, handle) {
      if (isClosed) throw fault(CODES.closed, 'the bus is closed', { effect: 'none', retryable: false })
      const consumer = startConsumer(site, { subscription, handle, ...lines })
      consumers.add(consumer)
      await consumer.joined
      return {
        async close() {
          await consumer.close()
          consumers.delete(consumer)
        },
      }
    },
    close: oncePromised(async () => {
      isClosed = true
      await Promise.all([publisher.close(), ...[...consumers].map((consumer) => consumer.close())])
      for (const line of Object.values(lines)) line.close()
    }),
  }
}

export default {
  name: 'failure rate',
  system: 'memory',
  claims,
  open: async (site) => open(site),
} satisfies BusAdapter
