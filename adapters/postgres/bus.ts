/** What runs behind the adapter for PostgreSQL, and loads pg: a session for each role. */
import type { Bus, Header, Message, Role, Site, Subscription } from '../../harness/adapter.ts'
import {
  type Component,
  createResilientBus,
  type MemberLog,
  type OwnedPartition,
  type PartitionId,
  type ReceivedRecord,
  type ResilientBusParts,
  readRecord,
  wait,
} from '../resilience/index.ts'
import { SQL } from './schema.ts'
import { createSession, type Session } from './session.ts'

const RECORDS_A_FETCH = 16
/** Between two looks for messages when no notification comes, ms. */
const POLL_EVERY = 100

/** Who listens to it hears of what is published. */
const channelOf = ({ prefix }: Site): string => `${prefix}messages`

/** What `SQL.publish` asks for. */
export const publishValues = (
  site: Site,
  { topic, key, value, headers }: Message,
  dedup: string,
): readonly unknown[] => [topic, dedup, key, value, encodeHeaders(headers), channelOf(site)]

/** What PostgreSQL adds to the shared resilience. */
export const postgresParts = (site: Site): ResilientBusParts => {
  const channel = channelOf(site)
  const sleepers = new Set<AbortController>()
  const wakeAll = (): void => {
    for (const sleeper of sleepers) sleeper.abort()
  }
  const session = (role: Role, listen = false): Session =>
    createSession({
      address: site.address(role),
      credentials: site.credentials,
      ...(listen ? { channel, onNotified: wakeAll } : {}),
    })
  const publishing = session('publish')
  const consuming = session('consume', true)
  const deadLettering = session('dead-letter')
  const within = site.claims.publish.timeout
  /** Given up as late as an attempt, not when the look takes too long: others wait for answers on the same connection. */
  const component = (name: string, on: Session): Component => ({
    name,
    look: async () => void (await on.query(SQL.ping, [], { within })),
  })
  const ask = async (sql: string, ...values: readonly unknown[]) => await consuming.query(sql, values, { within })

  const store = async (on: Session, message: Message, dedup: string, signal?: AbortSignal) => {
    const values = publishValues(site, message, dedup)
    const { rows } = await on.query(SQL.publish, values, signal === undefined ? { within } : { within, signal })
    return rows[0] as { partition: number; offset: number }
  }

  const member = ({ group, consumer, topics, from }: Subscription): MemberLog => ({
    join: async () => void (await ask(SQL.join, group, consumer, topics, site.claims.consume.session, from)),
    sync: async () => (await ask(SQL.sync, group, consumer)).rows[0]?.owned as readonly OwnedPartition[] | null,
    async fetch(partition, from, signal) {
      const look = async () => (await ask(SQL.fetch, partition.topic, partition.partition, from, RECORDS_A_FETCH)).rows
      const rows = await look()
      if (rows.length === 0) await nextNotification(signal)
      return rows.map((row) => decode(partition, row as unknown as Row))
    },
    commit: async ({ topic, partition }, next) =>
      (await ask(SQL.commit, group, consumer, topic, partition, next)).count > 0,
    release: async ({ topic, partition }) => void (await ask(SQL.release, group, consumer, topic, partition)),
    leave: async () => void (await ask(SQL.leave, group, consumer)),
    storeDeadLetter: async (message, dedup) => void (await store(deadLettering, message, dedup)),
  })

  /** Until something was published, at most one poll interval. */
  const nextNotification = async (signal: AbortSignal): Promise<void> => {
    const sleeper = new AbortController()
    const wake = (): void => sleeper.abort()
    signal.addEventListener('abort', wake, { once: true })
    sleepers.add(sleeper)
    await wait(POLL_EVERY, sleeper.signal)
    sleepers.delete(sleeper)
    signal.removeEventListener('abort', wake)
  }

  return {
    send: async (message, { dedup, signal }) => ({
      status: 'acknowledged',
      position: { topic: message.topic, ...(await store(publishing, message, dedup, signal)) },
    }),
    member,
    components: [
      component('publish', publishing),
      component('consume', consuming),
      component('dead-letter', deadLettering),
    ],
    disconnect: async () => {
      for (const open of [publishing, consuming, deadLettering]) open.close()
    },
  }
}

interface Row {
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: unknown
}

const encodeHeaders = (headers: readonly Header[]): string =>
  JSON.stringify(headers.map(([name, value]) => [name, Buffer.from(value).toString('base64')]))

const decode = (partition: PartitionId, { offset, key, value, headers }: Row): ReceivedRecord =>
  readRecord(partition, { offset, key, value }, headers)

export const openPostgres = (site: Site): Bus => createResilientBus(site, postgresParts(site))
