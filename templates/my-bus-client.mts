/**
 * Stands for the client library of your bus, with retries and groups of its own: put yours in its place. It speaks to the
 * broker that is embedded in busproof, over connections that it is given, so that it runs on the simulated site too.
 */
import type { Handler, Header, Message, Position, Site, Subscription } from 'busproof'
import { createClient } from 'busproof/adapters/memory'
import { isDone } from './my-bus-contract.mjs'

/** The system behind it. */
export const runsOn = { system: 'memory' }
export const messages = { tombstones: true, repeatedHeaders: true, maxBytes: 65_536 }

const TRIES = 3
/** Between two tries, and between two looks for messages, ms. */
const PAUSE = 20

const sleep = () => new Promise((resolve) => setTimeout(resolve, PAUSE))
const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const decode = (text: string) => Buffer.from(text, 'base64')

export function connect({ dial, credentials, claims }: Site) {
  const token = credentials['token'] ?? ''
  const limit = { within: claims.publish.timeout }
  // A connection a role, because each may fail alone.
  const publishing = createClient(() => dial('publish'), token)
  const consuming = createClient(() => dial('consume'), token)
  const leaves = new Set<() => Promise<void>>()
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false

  /** The id keeps what an earlier try has stored from being stored twice. */
  async function sendWithRetries({ topic, key, value, headers }: Message, signal: AbortSignal): Promise<Position> {
    const dedup = crypto.randomUUID()
    const encoded = headers.map(([name, bytes]) => [name, encode(bytes)] as const)
    const message = { key: key && encode(key), value: value && encode(value), headers: encoded }
    for (let tries = 1; ; tries++) {
      if (signal.aborted) throw new Error('given up')
      try {
        return { topic, ...(await publishing.request({ do: 'publish', topic, dedup, message }, limit)) }
      } catch (error) {
        if (tries === TRIES || !isRetryable(error)) throw error
        await sleep()
      }
    }
  }

  async function consume(
    { group, consumer, topics, from }: Subscription,
    handle: Handler,
  ): Promise<() => Promise<void>> {
    const { request } = consuming
    const me = { group, member: consumer }
    const attempts = new Map<string, number>()
    let isLeaving = false

    const join = () => request({ do: 'join', ...me, topics, from, session: claims.consume.session }, limit)

    /** Handles the next message of a partition. One that fails stays the next. */
    async function handleNext(partition: { topic: string; partition: number }, next: number): Promise<void> {
      const { records } = await request({ do: 'fetch', ...partition, from: next, most: 1, wait: 0 }, limit)
      for (const { offset, key, value, headers } of records) {
        const position = { ...partition, offset }
        const place = JSON.stringify(position)
        const attempt = (attempts.get(place) ?? 0) + 1
        attempts.set(place, attempt)
        const message = {
          topic: partition.topic,
          key: key === null ? null : decode(key),
          value: value === null ? null : decode(value),
          headers: headers.map(([name, text]): Header => [name, decode(text)]),
        }
        if (!(await isDone(handle({ message, position, attempt })))) return
        attempts.delete(place)
        await request({ do: 'commit', ...me, ...partition, next: offset + 1 }, limit)
      }
    }

    async function round(): Promise<void> {
      const { member, owned } = await request({ do: 'sync', ...me }, limit)
      if (!member) await join()
      for (const { release, next, ...partition } of owned) {
        if (isLeaving) return
        if (release) await request({ do: 'release', ...me, ...partition }, limit)
        else await handleNext(partition, next)
      }
    }

    async function live(): Promise<void> {
      while (!isLeaving) {
        // While the network is broken a round fails; the next one begins where the group has committed.
        await round().catch(() => undefined)
        await sleep()
      }
      // A member that cannot say so is forgotten when its session ends.
      await request({ do: 'leave', ...me }, limit).catch(() => undefined)
    }

    for (let joined = false; !joined; ) {
      if (isClosed) throw new Error('the client is closed')
      joined = await join().then(
        () => true,
        () => false,
      )
      if (!joined) await sleep()
    }
    const living = live()
    const leave = async (): Promise<void> => {
      isLeaving = true
      await living
      leaves.delete(leave)
    }
    leaves.add(leave)
    if (isClosed) await leave()
    return leave
  }

  return {
    consume,
    /** One after the other, so that no retry is overtaken. */
    send(message: Message, signal: AbortSignal): Promise<Position> {
      const sent = last.then(() => sendWithRetries(message, signal))
      last = sent.catch(() => undefined)
      return sent
    },
    async close(): Promise<void> {
      isClosed = true
      await Promise.all([last, ...[...leaves].map((leave) => leave())])
      publishing.close()
      consuming.close()
    },
  }
}

const isRetryable = (error: unknown): boolean =>
  error instanceof Error && 'retryable' in error && error.retryable === true
