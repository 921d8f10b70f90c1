/**
 * Everything streams: consumers are async generators over pages, and heartbeats an async iteration over an interval. Publishes
 * borrow from a pool of connections that are opened when they are first needed, AbortSignal.timeout bounds what takes time, and
 * what exceeds the backlog is refused. What is tried again may be stored twice. No breaker. One topic takes all dead letters.
 */
import type { Bus, BusAdapter, Consumer, Site } from '../../../harness/adapter.ts'
import { fixed, settable } from '../../../harness/claims.ts'
import { keepLine } from '../line.ts'
import { CODES, StreamError } from './errors.ts'
import { createOutlet } from './outlet.ts'
import { createPool } from './pool.ts'
import { subscribeTo } from './stream.ts'

const wide = { formula: 'exponential', factor: fixed(3), jitter: { low: fixed(0.2), high: fixed(1.8) } } as const

const claims: BusAdapter['claims'] = {
  delivery: 'at-least-once',
  ordering: 'per-key',
  messages: { tombstones: true, repeatedHeaders: true, maxBytes: 200_000 },
  publish: { timeout: settable(2_000, 50, 60_000), deadline: settable(60_000, 200, 300_000) },
  consume: { session: settable(10_000, 200, 60_000), behindFailure: 'hold' },
  close: { deadline: settable(10_000, 500, 60_000) },
  recovery: { deadline: settable(30_000, 1_000, 300_000) },
  errors: { codes: Object.values(CODES) },
  retry: { ...wide, base: settable(200, 5, 10_000), cap: settable(3_000, 20, 60_000), retries: settable(3, 0, 10) },
  handling: { ...wide, base: settable(200, 5, 10_000), cap: settable(3_000, 20, 60_000), retries: settable(2, 0, 10) },
  deadLetter: { naming: 'single', name: 'dead-letters' },
  pool: { most: settable(4, 1, 20) },
  stats: true,
  connections: fixed(22),
}

async function open(site: Site): Promise<Bus> {
  const most = site.claims.pool?.most ?? 1
  const pool = createPool(site, most)
  const outlet = createOutlet(site, pool)
  const consuming = keepLine(site, 'consume')
  const burying = keepLine(site, 'dead-letter')
  const consumers = new Set<Consumer>()
  let closing: Promise<void> | null = null

  const close = async (): Promise<void> => {
    await Promise.all([outlet.drain(), ...[...consumers].map((consumer) => consumer.close())])
    pool.close()
    consuming.close()
    burying.close()
  }

  return {
    publish: outlet.publish,
    stats: async () => ({ connections: pool.stats(), ...outlet.totals() }),
    async subscribe(subscription, handle) {
      if (closing !== null) throw new StreamError('closed', 'the bus is closed', 'none')
      const { joined, close: leave } = subscribeTo(site, subscription, handle, { consuming, burying })
      const consumer = { close: () => leave().finally(() => consumers.delete(consumer)) }
      consumers.add(consumer)
      await joined
      return consumer
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

export default { name: 'streaming', system: 'memory', claims, open } satisfies BusAdapter
