/**
 * A small client library with its own retries and groups: replace it with yours. It speaks to the broker in
 * `my-bus-broker.mjs`.
 */
import { connect as connectSocket, type Socket } from 'node:net'
import type { Handler, Header, Message, Position, Role, Site, Subscription } from 'busproof'
import { createAttempts, type Member, sleep, startBus } from './my-bus-worker.mjs'

/** The system behind it, which busproof does not know: your own module. */
export const runsOn = { system: new URL('./my-bus-system.mts', import.meta.url).href }
export const messages = { tombstones: true, repeatedHeaders: true, maxBytes: 65_536 }

const ignore = (): void => undefined
const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const decode = (text: string) => Buffer.from(text, 'base64')

interface Taken extends Position {
  readonly message: {
    readonly key: string | null
    readonly value: string | null
    readonly headers: readonly (readonly [string, string])[]
  }
}

type Waiting = (answer: { readonly answer: unknown } | { readonly refused: string } | Error) => void

/** The broker refused, so a retry is useless. */
class Refused extends Error {}

/** One connection, opened on first use, and again after it broke. */
function createConnection(site: Site, role: Role) {
  let current: { readonly socket: Socket; readonly waiting: Map<number, Waiting> } | null = null
  let ids = 0

  function open() {
    const socket = connectSocket({ ...site.address(role), noDelay: true })
    const waiting = new Map<number, Waiting>()
    const opened = { socket, waiting }
    socket.on('error', ignore)
    socket.on('close', () => {
      if (current === opened) current = null
      for (const settle of waiting.values()) settle(new Error('the connection broke'))
    })
    onLine(socket, (line) => {
      const { id, ...answer } = JSON.parse(line) as { readonly id: number; readonly answer: unknown }
      waiting.get(id)?.(answer)
    })
    // The answer is not awaited: with a wrong token, the next request is refused.
    socket.write(`${JSON.stringify({ do: 'hello', id: ids++, token: site.credentials['token'] })}\n`)
    return opened
  }

  return {
    request<T>(request: object): Promise<T> {
      current ??= open()
      const { socket, waiting } = current
      const id = ids++
      return new Promise<T>((resolve, reject) => {
        // Its answer may never come: everything that waits on the connection fails with it.
        const timer = setTimeout(() => socket.destroy(), site.claims.publish.timeout)
        waiting.set(id, (answer) => {
          clearTimeout(timer)
          waiting.delete(id)
          if (answer instanceof Error) reject(answer)
          else if ('refused' in answer) reject(new Refused(answer.refused))
          else resolve(answer.answer as T)
        })
        socket.write(`${JSON.stringify({ ...request, id })}\n`)
      })
    },
    close: (): void => void current?.socket.destroy(),
  }
}

export function connect(site: Site) {
  const { session } = site.claims.consume
  // One connection for each role, because each may fail alone.
  const publishing = createConnection(site, 'publish')
  const consuming = createConnection(site, 'consume')

  async function store({ topic, key, value, headers }: Message, messageId: string): Promise<Position> {
    const encoded = headers.map(([name, bytes]) => [name, encode(bytes)] as const)
    const message = { key: key && encode(key), value: value && encode(value), headers: encoded }
    const at = await publishing.request<Omit<Position, 'topic'>>({ do: 'publish', topic, messageId, message })
    return { topic, ...at }
  }

  function member({ group, consumer, topics, from }: Subscription, handle: Handler, isLeaving: () => boolean): Member {
    const { request } = consuming
    // Distinguishes it from an earlier member with the same name.
    const member = `${consumer}-${crypto.randomUUID()}`
    const attempt = createAttempts(handle)
    return {
      join: () => request({ do: 'join', group, topics, from }),
      /** A message that fails is retried as long as it belongs to the member. */
      async handleNext() {
        const taken = await request<Taken | null>({ do: 'take', group, topics, member, session })
        if (taken === null) return false
        const { message: _message, ...position } = taken
        const hold = () => request<boolean>({ do: 'hold', group, ...position, member, session })
        const heart = setInterval(() => hold().catch(ignore), session / 4)
        try {
          while (!(await attempt(decoded(taken), position))) {
            if (isLeaving() || !(await hold())) return true
            await sleep()
          }
        } finally {
          clearInterval(heart)
        }
        await request({ do: 'done', group, ...position, member })
        return true
      },
      leave: async () => undefined,
    }
  }

  return startBus({
    store,
    isFinal: (error) => error instanceof Refused,
    member,
    disconnect() {
      publishing.close()
      consuming.close()
    },
  })
}

const decoded = ({ topic, message: { key, value, headers } }: Taken): Message => ({
  topic,
  key: key === null ? null : decode(key),
  value: value === null ? null : decode(value),
  headers: headers.map(([name, text]): Header => [name, decode(text)]),
})

/** Not `node:readline`, which also returns the beginning of an incomplete line. */
function onLine(socket: Socket, heed: (line: string) => void): void {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(heed)
  })
}
