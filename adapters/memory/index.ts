/** The in-memory bus: the embedded broker behind the shared resilience. */
import type { BusAdapter, Message, Site, Subscription } from '../../harness/adapter.ts'
import { fixed } from '../../harness/claims.ts'
import {
  decodeKey,
  decodeValue,
  type EncodedMessage,
  encodeKey,
  encodeValue,
  type FetchedRecord,
} from '../../systems/memory/protocol.ts'
import {
  type Component,
  createResilientBus,
  deadLetterTopic,
  healthClaim,
  type MemberLog,
  type PartitionId,
  type ReceivedRecord,
  type ResilientBusParts,
  readRecord,
  resilientClaims,
  unlessAborted,
} from '../resilience/index.ts'
import { type Client, createClient } from './client.ts'

const RECORDS_A_FETCH = 16
/** How long an empty fetch waits at the broker, ms. */
const FETCH_WAIT = 100

/** Resolves with where the broker stored it. */
export const publishOn = (
  client: Client,
  message: Message,
  dedup: string,
  limit: { readonly within: number; readonly signal?: AbortSignal },
  options: { readonly stamped?: boolean } = {},
) => client.request({ do: 'publish', topic: message.topic, dedup, message: encode(message), ...options }, limit)

/** What the embedded broker adds to the shared resilience. */
export const memoryParts = (site: Site, options: { readonly stamped?: boolean } = {}): ResilientBusParts => {
  const token = site.credentials.token ?? ''
  const [publishing, consuming, deadLettering] = (['publish', 'consume', 'dead-letter'] as const).map((role) =>
    createClient(() => site.dial(role), token),
  ) as [Client, Client, Client]
  const within = site.claims.publish.timeout
  const limit = { within }
  const component = (name: string, client: Client): Component => ({
    name,
    look: async (signal) => void (await client.request({ do: 'ping' }, { within, signal })),
  })
  const store = (client: Client, message: Message, dedup: string, signal?: AbortSignal) =>
    publishOn(client, message, dedup, signal === undefined ? limit : { within, signal }, options)

  const member = ({ group, consumer: member, topics, from }: Subscription): MemberLog => ({
    join: async () =>
      void (await consuming.request(
        { do: 'join', group, member, topics, from, session: site.claims.consume.session },
        limit,
      )),
    async sync() {
      const answer = await consuming.request({ do: 'sync', group, member }, limit)
      return answer.member ? answer.owned : null
    },
    async fetch(partition, position, signal) {
      const request = { do: 'fetch', ...partition, from: position, most: RECORDS_A_FETCH, wait: FETCH_WAIT } as const
      const fetched = consuming.request(request, { within: within + FETCH_WAIT })
      const { records } = await unlessAborted(fetched, signal, () => ({ records: [] }))
      return records.map((record) => decode(partition, record))
    },
    commit: async (partition, next) =>
      (await consuming.request({ do: 'commit', group, member, ...partition, next }, limit)).taken,
    release: async (partition) => void (await consuming.request({ do: 'release', group, member, ...partition }, limit)),
    leave: async () => void (await consuming.request({ do: 'leave', group, member }, limit)),
    storeDeadLetter: async (message, dedup) => void (await store(deadLettering, message, dedup)),
  })

  const letters = async (topic: string): Promise<readonly Message[]> => {
    const partition = { topic: deadLetterTopic(resilientClaims.deadLetter, topic, site.prefix), partition: 0 }
    const found: Message[] = []
    for (let next = 0; ; ) {
      const request = { do: 'fetch', ...partition, from: next, most: RECORDS_A_FETCH, wait: 0 } as const
      const { records } = await deadLettering.request(request, limit)
      const last = records.at(-1)
      if (last === undefined) return found
      found.push(...records.map((record) => decode(partition, record).message))
      next = last.offset + 1
    }
  }

  return {
    letters,
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
      for (const client of [publishing, consuming, deadLettering]) client.close()
    },
  }
}

export const encode = (message: Message): EncodedMessage => ({
  key: encodeKey(message.key),
  ...encodeValue(message.value),
  headers: message.headers.map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
})

const decode = (partition: PartitionId, record: FetchedRecord): ReceivedRecord => ({
  ...readRecord(partition, { ...record, key: decodeKey(record), value: decodeValue(record) }, record.headers),
  ...(record.storedAt === undefined ? {} : { storedAt: record.storedAt }),
})

const memory: BusAdapter = {
  name: 'memory',
  system: 'memory',
  claims: {
    ...resilientClaims,
    deadLetter: { ...resilientClaims.deadLetter, poison: true },
    redrive: true,
    survivesDiskLoss: true,
    batch: true,
    health: healthClaim,
    messages: { tombstones: true, repeatedHeaders: true, maxBytes: 1_048_576 },
    connections: fixed(3),
    breaker: { ...resilientClaims.breaker, manual: true },
  },
  open: (site) => Promise.resolve(createResilientBus(site, memoryParts(site))),
}

export { createClient } from './client.ts'
export default memory
