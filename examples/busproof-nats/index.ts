/**
 * A bus on NATS JetStream: a stream a topic, a subject a partition, acknowledged publishes that the server de-duplicates, groups
 * as `group.ts` has them, and busproof's resilience around them.
 */
import { createHash } from 'node:crypto'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { BusAdapter, Message, Position, Role, Site, Subscription } from 'busproof'
import { fixed } from 'busproof'
import {
  createResilientBus,
  type MemberLog,
  type PartitionId,
  type ReceivedRecord,
  type ResilientBusParts,
  resilientClaims,
  wait,
} from 'busproof/adapters/resilience'
import { createMembership } from './group.ts'
import { streamOf, subjectOf } from './names.ts'
import { decode, encode } from './record.ts'
import { createSession, type Session } from './session.ts'
import { lookUp } from './topics.ts'

/** Of this package's modules, in its sources and as it is published. */
const SUFFIX = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const RECORDS_A_FETCH = 8
/** Between two looks for messages when nothing is heard, ms. */
const LOOK_EVERY = 100

export const natsParts = (site: Site): ResilientBusParts => {
  const timeout = site.claims.publish.timeout
  const session = (role: Role): Session =>
    createSession({
      address: site.address(role),
      credentials: site.credentials,
      name: `${site.prefix}${site.node}`,
      timeout,
    })
  const publishing = session('publish')
  const consuming = session('consume')
  const deadLettering = session('dead-letter')
  const sleepers = new Set<AbortController>()
  const wakeAll = (): void => {
    for (const sleeper of sleepers) sleeper.abort()
  }

  /** Until something was published, at most until the next look. */
  const nextMessage = async (signal: AbortSignal): Promise<void> => {
    const sleeper = new AbortController()
    const wake = (): void => sleeper.abort()
    signal.addEventListener('abort', wake, { once: true })
    sleepers.add(sleeper)
    await wait(LOOK_EVERY, sleeper.signal)
    sleepers.delete(sleeper)
    signal.removeEventListener('abort', wake)
  }

  const member = (subscription: Subscription): MemberLog => {
    const membership = createMembership({
      session: consuming,
      prefix: site.prefix,
      subscription,
      sessionTime: site.claims.consume.session,
      look: (topic) => lookUp(consuming, topic),
    })
    return {
      ...membership,
      async join() {
        for (const topic of subscription.topics) consuming.listen(`${streamOf(topic)}.*`, wakeAll)
        await membership.join()
      },
      async fetch(partition, from, signal) {
        const records = await read(consuming, partition, from)
        if (records.length === 0) await nextMessage(signal)
        return records
      },
      storeDeadLetter: async (message, dedup) => void (await deadLetters.store(message, dedup)),
    }
  }

  const messages = createStore(publishing)
  const deadLetters = createStore(deadLettering)
  return {
    send: async (message, { dedup, signal }) => ({
      status: 'acknowledged',
      position: await messages.store(message, dedup, signal),
    }),
    member,
    disconnect: async () => {
      await Promise.all([publishing, consuming, deadLettering].map((one) => one.close()))
    },
  }
}

function createStore(session: Session) {
  const partitionsOf = new Map<string, number>()
  return {
    async store(message: Message, dedup: string, signal?: AbortSignal): Promise<Position> {
      const { topic, key } = message
      const known = partitionsOf.get(topic) ?? (await lookUp(session, topic, signal)).partitions
      partitionsOf.set(topic, known)
      const partition = partitionFor(key ?? Buffer.from(dedup), known)
      const { headers, payload } = encode(message)
      const { seq } = await session.ask(
        (nats, timeout) =>
          jetstream(nats).publish(subjectOf(topic, partition), payload, { headers, msgID: dedup, timeout }),
        signal,
      )
      return { topic, partition, offset: seq }
    },
  }
}

/** The same for the same bytes, everywhere. */
const partitionFor = (bytes: Uint8Array, partitions: number): number =>
  createHash('sha1').update(bytes).digest().readUInt32BE(0) % Math.max(1, partitions)

async function read(
  session: Session,
  { topic, partition }: PartitionId,
  from: number,
): Promise<readonly ReceivedRecord[]> {
  const records: ReceivedRecord[] = []
  const subject = subjectOf(topic, partition)
  await session.ask(async (nats, timeout) => {
    const { direct } = await jetstreamManager(nats, { timeout, checkAPI: false })
    while (records.length < RECORDS_A_FETCH) {
      const seq = (records.at(-1)?.position.offset ?? from - 1) + 1
      const found = await direct.getMessage(streamOf(topic), { seq, next_by_subj: subject })
      if (found === null) return
      const position = { topic, partition, offset: found.seq }
      records.push(recordOf(position, () => decode(found.header, found.data), found.data))
    }
  })
  return records
}

function recordOf(
  position: Position<number>,
  decoded: () => Omit<Message, 'topic'>,
  value: Uint8Array,
): ReceivedRecord {
  const { topic } = position
  try {
    return { position, message: { topic, ...decoded() } }
  } catch (error) {
    const unreadable = error instanceof Error ? error : new Error(String(error))
    return { position, message: { topic, key: null, value, headers: [] }, unreadable }
  }
}

const nats: BusAdapter = {
  name: 'nats',
  system: new URL(`./system${SUFFIX}`, import.meta.url).href,
  client: '@nats-io/transport-node',
  claims: {
    ...resilientClaims,
    // NATS keeps headers by their name, so the order of one that comes back after another is lost.
    messages: { tombstones: true, repeatedHeaders: false, maxBytes: 1_000_000 },
    deadLetter: { ...resilientClaims.deadLetter, poison: true },
    connections: fixed(3),
  },
  open: async (site) => createResilientBus(site, natsParts(site)),
}

export default nats
