/**
 * Reads streams with a connection of its own, past every link. It shares no code with the adapter that writes them, so that a
 * mistake in one does not agree with itself.
 */
import { type JetStreamManager, jetstreamManager, type StoredMsg } from '@nats-io/jetstream'
import { connect, headers as createHeaders, type NatsConnection } from '@nats-io/transport-node'
import {
  type CommittedPosition,
  type Position,
  SiteError,
  type StoredMessage,
  type TopicSpec,
  type Witness,
} from 'busproof/system'
import { groupsOf, named, streamOf } from './names.ts'
import type { Server } from './server.ts'

/** How long the server may be down before the witness gives up, and how long one answer may take, ms. */
const WITHIN = 20_000
const ANSWER_WITHIN = 2_000
const AGAIN_AFTER = 20
/** Messages that are asked for at once. */
const AT_ONCE = 100

export interface Observer extends AsyncDisposable {
  /** Until it is done, or 20 s have passed: then it rejects with SiteError, and `what` it was. */
  persist<T>(what: string, work: (manager: JetStreamManager, nats: NatsConnection) => Promise<T>): Promise<T>
  /** Clients that are connected to the server, the observer left out. */
  clients(): Promise<number>
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export function createObserver({ endpoint, monitor, credentials }: Server): Observer {
  let current: Promise<NatsConnection> | null = null
  const name = 'busproof witness'
  const drop = async (): Promise<void> => {
    const dropped = current
    current = null
    await dropped?.then((nats) => nats.close()).catch(() => undefined)
  }
  const connection = async (): Promise<NatsConnection> => {
    current ??= connect({
      servers: `${endpoint.host}:${endpoint.port}`,
      user: credentials.user,
      pass: credentials.password,
      name,
      timeout: ANSWER_WITHIN,
      reconnect: false,
      ignoreClusterUpdates: true,
    })
    return await current
  }
  return {
    async persist(what, work) {
      const until = performance.now() + WITHIN
      for (;;) {
        try {
          const nats = await connection()
          return await work(await jetstreamManager(nats, { timeout: ANSWER_WITHIN, checkAPI: false }), nats)
        } catch (error) {
          await drop()
          const message = error instanceof Error ? error.message : String(error)
          if (performance.now() > until) throw new SiteError(`NATS: ${what}: ${message}`, { cause: error })
          await sleep(AGAIN_AFTER)
        }
      }
    },
    async clients() {
      const url = `http://${monitor.host}:${monitor.port}/connz?limit=10000`
      const answer = await fetch(url, { signal: AbortSignal.timeout(WITHIN) })
      const { connections } = (await answer.json()) as { readonly connections: readonly { readonly name?: string }[] }
      return connections.filter((connection) => connection.name !== name).length
    },
    [Symbol.asyncDispose]: drop,
  }
}

export function createWitness(observer: Observer, prefix: string, topics: readonly TopicSpec[]): Witness {
  const names = topics.flatMap(({ name, deadLetter }) => (deadLetter === null ? [name] : [name, deadLetter]))
  return {
    stored: async () =>
      await observer.persist('what is stored cannot be read', async (manager) => {
        const read = await Promise.all([...new Set(names)].sort().map((topic) => storedIn(manager, topic)))
        return read.flat()
      }),
    committed: async () =>
      await observer.persist('committed positions cannot be read', (manager) => committedUnder(manager, prefix)),
    resources: async () => ({ connections: await observer.clients() }),
    poison: async (topic, value) =>
      await observer.persist('an unreadable record cannot be stored', async (manager): Promise<Position> => {
        const headers = createHeaders()
        headers.append('Bus-Key', 'not percent-encoded: %')
        const { seq } = await manager.jetstream().publish(`${streamOf(topic)}.0`, value, { headers })
        return { topic, partition: 0, offset: seq }
      }),
  }
}

/** By partition, then by offset. */
async function storedIn(manager: JetStreamManager, topic: string): Promise<readonly StoredMessage[]> {
  const stream = streamOf(topic)
  const { state } = await manager.streams.info(stream)
  const found: StoredMessage[] = []
  for (let from = Math.max(1, state.first_seq); from <= state.last_seq; from += AT_ONCE) {
    const count = Math.min(AT_ONCE, state.last_seq - from + 1)
    const messages = await Promise.all(
      Array.from({ length: count }, (_, index) => manager.streams.getMessage(stream, { seq: from + index })),
    )
    for (const message of messages) if (message !== null) found.push(storedMessage(topic, message))
  }
  return found.sort((one, other) => one.position.partition - other.position.partition)
}

function storedMessage(topic: string, { subject, seq, header, data }: StoredMsg): StoredMessage {
  const partition = Number(subject.slice(subject.lastIndexOf('.') + 1))
  let key: Uint8Array | null = null
  let value: Uint8Array | null = data
  const headers: (readonly [string, Uint8Array])[] = []
  for (const [name, texts] of header) {
    const [first] = texts
    if (/^nats-/i.test(name)) continue
    if (name === 'Bus-Tombstone') value = null
    else if (name === 'Bus-Key') key = first === undefined ? null : unescaped(first)
    else
      for (const text of texts)
        headers.push([unescaped(name)?.toString() ?? name, unescaped(text) ?? Buffer.from(text)])
  }
  return { position: { topic, partition, offset: seq }, key, value, headers }
}

/** Null where a % escapes nothing. */
function unescaped(text: string): Buffer | null {
  const bytes: number[] = []
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '%') {
      bytes.push(text.charCodeAt(at))
      continue
    }
    const byte = Number.parseInt(text.slice(at + 1, at + 3), 16)
    if (Number.isNaN(byte)) return null
    bytes.push(byte)
    at += 2
  }
  return Buffer.from(bytes)
}

async function committedUnder(manager: JetStreamManager, prefix: string): Promise<readonly CommittedPosition[]> {
  const stream = groupsOf(prefix)
  const { state } = await manager.streams.info(stream, { subjects_filter: `${stream}.*.*.*` })
  const found = await Promise.all(
    Object.keys(state.subjects ?? {}).map((subject) => manager.streams.getMessage(stream, { last_by_subj: subject })),
  )
  return found.flatMap((message) => {
    if (message === null) return []
    const [, group = '', topic = '', partition] = message.subject.split('.')
    const { next } = message.json<{ readonly next: number }>()
    return [{ group: named(group), topic: named(topic), partition: Number(partition), next }]
  })
}
