/**
 * A small client library with its own retries and groups: replace it with yours. It speaks to the broker that is embedded in
 * busproof, over connections from `site.dial`, so that it also runs on the simulated site.
 */
import type { Handler, Header, Message, Position, Site, Subscription } from 'busproof'
import { createClient } from 'busproof/adapters/memory'
import { createAttempts, type Member, startBus } from './my-bus-worker.mjs'

/** The system behind it. */
export const runsOn = { system: 'memory' }
export const messages = { tombstones: true, repeatedHeaders: true, maxBytes: 65_536 }

const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const decode = (text: string) => Buffer.from(text, 'base64')

export function connect({ dial, credentials, claims }: Site) {
  const token = credentials['token'] ?? ''
  const limit = { within: claims.publish.timeout }
  // One connection for each role, because each may fail alone.
  const publishing = createClient(() => dial('publish'), token)
  const consuming = createClient(() => dial('consume'), token)

  async function store({ topic, key, value, headers }: Message, dedup: string): Promise<Position> {
    const encoded = headers.map(([name, bytes]) => [name, encode(bytes)] as const)
    const message = { key: key && encode(key), value: value && encode(value), headers: encoded }
    return { topic, ...(await publishing.request({ do: 'publish', topic, dedup, message }, limit)) }
  }

  function member({ group, consumer, topics, from }: Subscription, handle: Handler, isLeaving: () => boolean): Member {
    const { request } = consuming
    const me = { group, member: consumer }
    const attempt = createAttempts(handle)
    const join = () => request({ do: 'join', ...me, topics, from, session: claims.consume.session }, limit)

    /** Handles the next message of a partition. A message that fails stays the next. */
    async function handleOf(partition: { topic: string; partition: number }, next: number): Promise<void> {
      const { records } = await request({ do: 'fetch', ...partition, from: next, most: 1, wait: 0 }, limit)
      for (const { offset, key, value, headers } of records) {
        const message = {
          topic: partition.topic,
          key: key === null ? null : decode(key),
          value: value === null ? null : decode(value),
          headers: headers.map(([name, text]): Header => [name, decode(text)]),
        }
        // A handler may take longer than a session: the member has to be heard meanwhile.
        const beat = setInterval(
          () => request({ do: 'sync', ...me }, limit).catch(() => undefined),
          claims.consume.session / 3,
        )
        const isDone = await attempt(message, { ...partition, offset }).finally(() => clearInterval(beat))
        if (!isDone) return
        await request({ do: 'commit', ...me, ...partition, next: offset + 1 }, limit)
      }
    }

    return {
      join,
      async handleNext() {
        const { member, owned } = await request({ do: 'sync', ...me }, limit)
        if (!member) await join()
        for (const { release, next, ...partition } of owned) {
          if (isLeaving()) break
          if (release) await request({ do: 'release', ...me, ...partition }, limit)
          else await handleOf(partition, next)
        }
        return false
      },
      leave: () => request({ do: 'leave', ...me }, limit),
    }
  }

  return startBus({
    store,
    isFinal: (error) => error instanceof Error && 'retryable' in error && error.retryable === false,
    member,
    disconnect() {
      publishing.close()
      consuming.close()
    },
  })
}
