/** The in-memory bus whose publishes share a pool of clients, and which reports its statistics. */
import type { BusAdapter, Site } from '../../harness/adapter.ts'
import { fixed, settable } from '../../harness/claims.ts'
import { type Component, createResilientBus, type ResilientBusParts, type Send } from '../resilience/index.ts'
import { createClient } from './client.ts'
import memory, { memoryParts, publishOn } from './index.ts'
import { createPool, type PoolPolicies, standardPool } from './pool.ts'
import { createProducers, type ProducerPolicies, standardProducers } from './producers.ts'

const MOST_CLIENTS = 8

export const pooledParts = (
  site: Site,
  policies: PoolPolicies & ProducerPolicies = { ...standardPool, ...standardProducers },
): ResilientBusParts => {
  const parts = memoryParts(site)
  const client = () => createClient(() => site.dial('publish'), site.credentials.token ?? '')
  const pool = createPool(client, site.claims.pool?.most ?? MOST_CLIENTS, policies)
  const within = site.claims.publish.timeout
  /** Each sends on whatever client the pool lends it. */
  const producers = createProducers(async (topic): Promise<Send> => {
    return async (message, { dedup, signal }) => {
      const place = await pool.use((lent) => publishOn(lent, message, dedup, { within, signal }), signal)
      return { status: 'acknowledged', position: { topic, ...place } }
    }
  }, policies)
  const look: Component['look'] = async (signal) =>
    void (await pool.use((lent) => lent.request({ do: 'ping' }, { within, signal }), signal))
  return {
    ...parts,
    components: (parts.components ?? []).map((component) =>
      component.name === 'publish' ? { ...component, look } : component,
    ),
    send: async (message, attempt) => (await producers.of(message.topic))(message, attempt),
    disconnect: async () => {
      pool.close((member) => member.close())
      await parts.disconnect()
    },
    stats: () => ({ connections: pool.stats(), producers: producers.totals() }),
  }
}

// Statistics are held against the publishes of callers, and those of a redrive are none: not claimed together.
const { redrive: _, ...claims } = memory.claims

const pooled: BusAdapter = {
  ...memory,
  name: 'memory, pooled',
  claims: {
    ...claims,
    // Beside the pool one to consume, and one for dead letters.
    connections: fixed(MOST_CLIENTS + 2),
    pool: { most: settable(MOST_CLIENTS, 1, MOST_CLIENTS) },
    stats: true,
  },
  open: (site) => Promise.resolve(createResilientBus(site, pooledParts(site))),
}

export default pooled
