/**
 * The bus on PostgreSQL with publishes over one client of any version of pg, as an application writes it by the documentation:
 * connected at the first publish, replaced after an error, and ended by the close.
 */
import type pg from 'pg'
import { postgresParts } from '../adapters/postgres/bus.ts'
import postgres from '../adapters/postgres/index.ts'
import { SQL } from '../adapters/postgres/schema.ts'
import { createResilientBus } from '../adapters/resilience/index.ts'
import type { Bus, BusAdapter, Message, Site } from '../harness/adapter.ts'

export type Pg = Pick<typeof pg, 'Client'>

interface Connected {
  readonly client: pg.Client
  readonly ready: Promise<unknown>
}

const { retry: _retry, breaker: _breaker, ...claims } = postgres.claims

function open({ Client }: Pg, site: Site): Bus {
  const bus = createResilientBus(site, postgresParts(site))
  const { user, password, database } = site.credentials
  const made = new Set<pg.Client>()
  let current: Connected | null = null

  const connect = (): Connected => {
    const client = new Client({ ...site.address('publish'), user, password, database })
    made.add(client)
    const connected: Connected = { client, ready: client.connect() }
    const forget = (): void => {
      if (current === connected) current = null
    }
    client.on('error', forget)
    connected.ready.catch(forget)
    return connected
  }

  return {
    ...bus,
    async publish(message) {
      try {
        current ??= connect()
        await current.ready
        await current.client.query(SQL.publish, valuesOf(message, site.prefix))
        return { status: 'acknowledged' }
      } catch (cause) {
        const error = new Error('PostgreSQL did not take the message', { cause })
        throw Object.assign(error, { code: 'CONNECTION_FAILED', effect: 'unknown', retryable: true })
      }
    },
    async close() {
      await Promise.all([...made].map((client) => client.end()))
      await bus.close()
    },
  }
}

const valuesOf = ({ topic, key, value, headers }: Message, prefix: string): unknown[] => {
  const encoded = headers.map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')])
  return [topic, crypto.randomUUID(), key, value, JSON.stringify(encoded), `${prefix}messages`]
}

/** `client` is the npm package that it comes from. */
export const busOn = (version: Pg, client: string): BusAdapter => ({
  ...postgres,
  name: client,
  client,
  claims,
  open: async (site) => open(version, site),
})
