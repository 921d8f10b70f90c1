/** A connection to one broker: opened on first use, kept, and opened again after it broke. */
import { connect, type Socket } from 'node:net'
import type { Endpoint } from '../../../harness/system-contract.ts'
import type { Api } from './api.ts'
import { Input, MalformedBytes, Output } from './bytes.ts'
import { NoAnswer } from './errors.ts'
import { int16, int32, nullableString } from './types.ts'

export interface Connection {
  readonly endpoint: Endpoint
  /** Rejects with {@link NoAnswer} when there is no connection, or no answer `within` ms. */
  request<Question, Answer>(api: Api<Question, Answer>, question: Question, within: number): Promise<Answer>
  /** Every waiting request rejects, and so does any later one. */
  close(): void
}

const CLIENT = 'busproof-witness'
/** A broker that let a request time out is taken for paused, and not asked again so soon, ms. */
const REST = 300
/** Size of a frame that no broker sends, bytes. */
const TOO_LONG = 256 * 1024 * 1024

interface Waiting {
  settle(frame: Input): void
  reject(error: Error): void
}

export function createConnection(endpoint: Endpoint): Connection {
  let session: Session | null = null
  let number = 0
  let restUntil = 0
  let closed = false
  const at = `${endpoint.host}:${endpoint.port}`

  return {
    endpoint,
    request(api, question, within) {
      if (closed) return Promise.reject(new NoAnswer(`the connection to ${at} was closed`))
      if (performance.now() < restUntil) return Promise.reject(new NoAnswer(`${at} did not answer a moment ago`))
      if (session === null || session.ended()) session = openSession(endpoint)
      const own = session
      number = (number + 1) % 0x7fffffff
      const correlation = number
      const frame = encode(api, question, correlation)
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          restUntil = performance.now() + REST
          own.end(new NoAnswer(`${at} did not answer ${api.name} within ${within} ms`))
        }, within)
        own.send(correlation, frame, {
          settle(input) {
            clearTimeout(timer)
            try {
              resolve(api.response.read(input))
            } catch (error) {
              reject(error)
            }
          },
          reject(error) {
            clearTimeout(timer)
            reject(error)
          },
        })
      })
    },
    close() {
      closed = true
      session?.end(new NoAnswer(`the connection to ${at} was closed`))
    },
  }
}

function encode<Question>(api: Api<Question, unknown>, question: Question, correlation: number): Buffer {
  const out = new Output()
  int16.write(out, api.key)
  int16.write(out, api.version)
  int32.write(out, correlation)
  nullableString.write(out, CLIENT)
  api.request.write(out, question)
  const body = out.finish()
  const frame = new Output()
  int32.write(frame, body.length)
  frame.bytes(body)
  return frame.finish()
}

interface Session {
  send(correlation: number, frame: Buffer, waiting: Waiting): void
  end(error: Error): void
  ended(): boolean
}

/** One socket. Requests do not wait for each other's answers. */
function openSession(endpoint: Endpoint): Session {
  const waiting = new Map<number, Waiting>()
  let ended = false
  const socket: Socket = connect({ ...endpoint, noDelay: true })
  const end = (error: Error): void => {
    ended = true
    socket.destroy()
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  const take = createFrames((frame) => {
    const input = new Input(frame)
    const correlation = input.integer(4)
    waiting.get(correlation)?.settle(input)
    waiting.delete(correlation)
  })
  socket.on('data', (chunk) => {
    try {
      take(chunk)
    } catch (error) {
      end(error instanceof Error ? error : new Error(String(error)))
    }
  })
  const broken = (why: string): void => end(new NoAnswer(`${endpoint.host}:${endpoint.port}: ${why}`))
  socket.on('error', (error) => broken(error.message))
  socket.on('close', () => broken('the connection was closed'))
  return {
    send(correlation, frame, request) {
      waiting.set(correlation, request)
      socket.write(frame)
    },
    end,
    ended: () => ended,
  }
}

/** Cuts a stream into frames, each preceded by its length. */
export function createFrames(onFrame: (frame: Buffer) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = []
  let length = 0
  let wanted = 4
  return (chunk) => {
    chunks.push(chunk)
    length += chunk.length
    while (length >= wanted) {
      const all = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
      const size = all.readInt32BE(0)
      if (size < 4 || size > TOO_LONG) throw new MalformedBytes(`a frame of ${size} bytes was announced`)
      chunks = [all]
      wanted = 4 + size
      if (length < wanted) return
      const frame = all.subarray(4, wanted)
      const rest = all.subarray(wanted)
      chunks = [rest]
      length = rest.length
      wanted = 4
      onFrame(frame)
    }
  }
}
