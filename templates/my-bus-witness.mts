/**
 * Reads the broker with its own client, bypassing every link. It shares no code with the bus, because a shared bug would go
 * unnoticed.
 */
import { connect } from 'node:net'
import { LOOPBACK, SiteError, type Witness } from 'busproof/system'

/** How long the broker may be down before the witness gives up, and how long one answer may take, ms. */
const WITHIN = 20_000
const ANSWER_WITHIN = 2_000
const PAUSE = 20

export interface Looked {
  /** The partitions of each topic, with their messages in the order of offsets. */
  readonly topics: readonly (readonly [string, readonly (readonly Stored[])[]])[]
  readonly positions: readonly {
    readonly group: string
    readonly topic: string
    readonly partition: number
    readonly next: number
  }[]
  /** The number of client connections. */
  readonly clients: number
}

interface Stored {
  readonly key: string | null
  readonly value: string | null
  readonly headers: readonly (readonly [string, string])[]
}

export interface Observer {
  /** Asks until the broker answers, since it may be paused or down. Rejects with SiteError after 20 s. */
  ask(request: object): Promise<unknown>
  /** The messages that are stored under the prefix. */
  look(prefix: string): Promise<Looked>
}

export function createObserver({ port, token }: { readonly port: number; readonly token: string }): Observer {
  const askOnce = (request: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const hello = { id: 0, do: 'hello', token, witness: true }
      const socket = connect(port, LOOPBACK)
      let received = ''
      socket.setEncoding('utf8')
      socket.setTimeout(ANSWER_WITHIN, () => socket.destroy(new Error('no answer')))
      socket.on('data', (text: string) => {
        received += text
        const [, line, rest] = received.split('\n')
        if (line === undefined || rest === undefined) return
        socket.destroy()
        const answer = JSON.parse(line) as { readonly answer?: unknown; readonly refused?: string }
        if (answer.refused === undefined) resolve(answer.answer)
        else reject(new SiteError(`the broker refused the witness: ${answer.refused}`))
      })
      socket.on('error', reject)
      socket.on('close', () => reject(new Error('the connection broke')))
      socket.write([hello, { id: 1, ...request }].map((one) => `${JSON.stringify(one)}\n`).join(''))
    })

  async function ask(request: object): Promise<unknown> {
    const until = performance.now() + WITHIN
    for (;;) {
      try {
        return await askOnce(request)
      } catch (error) {
        if (error instanceof SiteError) throw error
        if (performance.now() > until) throw new SiteError('the broker does not answer the witness', { cause: error })
        await new Promise((resolve) => setTimeout(resolve, PAUSE))
      }
    }
  }

  return { ask, look: async (prefix) => (await ask({ do: 'look', prefix })) as Looked }
}

const bytes = (text: string | null) => (text === null ? null : Buffer.from(text, 'base64'))

export const createWitness = ({ look }: Observer, prefix: string): Witness => ({
  async stored() {
    const { topics } = await look(prefix)
    return topics.flatMap(([topic, partitions]) =>
      partitions.flatMap((messages, partition) =>
        messages.map(({ key, value, headers }, offset) => ({
          position: { topic, partition, offset },
          key: bytes(key),
          value: bytes(value),
          headers: headers.map(([name, text]) => [name, Buffer.from(text, 'base64')] as const),
        })),
      ),
    )
  },
  async committed() {
    const { positions } = await look(prefix)
    return positions.map(({ group, topic, partition, next }) => ({ group, topic, partition, next }))
  },
  resources: async () => ({ connections: (await look(prefix)).clients }),
})
