/** A bus of your own: what you know of your broker is how to send, and how to be a member of a group. */
import type { Bus, BusAdapter, Header, Message, Role, Site, Subscription } from 'busproof'
import { createClient } from 'busproof/adapters/memory'
import { createResilientBus, type MemberLog, resilientClaims } from 'busproof/adapters/resilience'

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const decode = (text: string): Uint8Array => Buffer.from(text, 'base64')
const optional = (text: string | null): Uint8Array | null => (text === null ? null : decode(text))
const decodeHeader = ([name, text]: readonly [string, string]): Header => [name, decode(text)]

function open(site: Site): Bus {
  const limit = { within: site.claims.publish.timeout }
  // A connection a role, because each may fail alone.
  const connect = (role: Role) => createClient(() => site.dial(role), site.credentials['token'] ?? '')
  const clients = { publish: connect('publish'), consume: connect('consume'), 'dead-letter': connect('dead-letter') }

  const store = async (role: Role, { topic, key, value, headers }: Message, dedup: string, signal?: AbortSignal) => {
    const encoded = headers.map(([name, bytes]) => [name, encode(bytes)] as const)
    const message = { key: key && encode(key), value: value && encode(value), headers: encoded }
    return clients[role].request({ do: 'publish', topic, dedup, message }, signal ? { ...limit, signal } : limit)
  }

  const member = ({ group, consumer, topics, from }: Subscription): MemberLog => {
    const { request } = clients.consume
    const me = { group, member: consumer }
    return {
      join: async () => void (await request({ do: 'join', ...me, topics, from, ...site.claims.consume }, limit)),
      sync: async () => {
        const { member, owned } = await request({ do: 'sync', ...me }, limit)
        return member ? owned : null
      },
      fetch: async ({ topic, partition }, from) => {
        const { records } = await request({ do: 'fetch', topic, partition, from, most: 10, wait: 20 }, limit)
        return records.map(({ offset, key, value, headers }) => ({
          position: { topic, partition, offset },
          message: { topic, key: optional(key), value: optional(value), headers: headers.map(decodeHeader) },
        }))
      },
      commit: async (at, next) => (await request({ do: 'commit', ...me, ...at, next }, limit)).taken,
      release: async (at) => void (await request({ do: 'release', ...me, ...at }, limit)),
      leave: async () => void (await request({ do: 'leave', ...me }, limit)),
      storeDeadLetter: async (message, dedup) => void (await store('dead-letter', message, dedup)),
    }
  }

  return createResilientBus(site, {
    member,
    send: async (message, { dedup, signal }) => {
      const at = await store('publish', message, dedup, signal)
      return { status: 'acknowledged', position: { topic: message.topic, ...at } }
    },
    disconnect: async () => {
      for (const client of Object.values(clients)) client.close()
    },
  })
}

const messages = { tombstones: true, repeatedHeaders: true, maxBytes: 1_048_576 }
const claims = { ...resilientClaims, messages }
export default { name: 'own-bus', system: 'memory', claims, open: async (site) => open(site) } satisfies BusAdapter
