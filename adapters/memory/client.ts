/** One connection to the embedded broker, opened on first use and again after it broke. */
import type { Wire } from '../../harness/adapter.ts'
import { type AnswerFrame, type Answers, type Request, readFrames, writeFrame } from '../../systems/memory/protocol.ts'
import { CODES, ResilienceError, toBusError } from '../resilience/index.ts'

export interface Client {
  /**
   * Rejects with a bus error. When `within` ms have passed, or the signal aborts with the reason `timeout`, before the
   * answer came, the connection is given up, because its answer may never come: at once, or, where there is a signal, as
   * soon as no other request is under way on it, for these may be luckier.
   */
  request<R extends Request>(
    request: R,
    limit: { readonly within: number; readonly signal?: AbortSignal },
  ): Promise<Answers[R['do']]>
  close(): void
}

interface Connection {
  readonly wire: Wire
  /** Requests that still hope for their answers. */
  readonly hoping: Set<Request>
  readonly waiting: Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>
}

export function createClient(dial: () => Promise<Wire>, token: string): Client {
  let current: Promise<Connection> | null = null
  let open: Connection | null = null
  /** Connections on which nothing more is asked. */
  const retired = new Set<Connection>()
  let closed = false
  let ids = 0

  const leave = (connection: Connection): void => {
    if (open !== connection) return
    open = null
    current = null
  }

  const drop = (connection: Connection, cause?: Error): void => {
    leave(connection)
    retired.delete(connection)
    connection.wire.destroy()
    for (const { reject } of connection.waiting.values()) {
      reject(
        new ResilienceError(CODES.connection, 'the connection broke before the answer came', {
          effect: 'unknown',
          retryable: true,
          cause,
        }),
      )
    }
    connection.waiting.clear()
  }

  const retire = (connection: Connection): void => {
    leave(connection)
    if (connection.hoping.size === 0) drop(connection)
    else retired.add(connection)
  }

  const connect = async (): Promise<Connection> => {
    const wire = await dial()
    if (closed) {
      wire.onClosed(() => undefined)
      wire.destroy()
      throw new ResilienceError(CODES.closed, 'the bus is closed', { effect: 'none', retryable: false })
    }
    const connection: Connection = { wire, hoping: new Set(), waiting: new Map() }
    wire.onClosed((error) => drop(connection, error))
    readFrames(wire, (frame) => settle(connection, frame as AnswerFrame))
    open = connection
    void exchange(connection, { do: 'hello', token }).catch(() => drop(connection))
    return connection
  }

  const exchange = <R extends Request>(connection: Connection, request: R): Promise<Answers[R['do']]> =>
    new Promise((resolve, reject) => {
      const id = ids++
      connection.waiting.set(id, { resolve, reject })
      writeFrame(connection.wire, { id, ...request })
    })

  return {
    async request(request, { within, signal }) {
      if (closed) throw new ResilienceError(CODES.closed, 'the bus is closed', { effect: 'none', retryable: false })
      current ??= connect()
      const mine = current
      const connection = await mine.catch((cause: unknown) => {
        if (current === mine) current = null
        throw new ResilienceError(CODES.connection, 'no connection to the broker', {
          effect: 'none',
          retryable: true,
          cause,
        })
      })
      if (signal?.aborted === true)
        throw new ResilienceError(CODES.timeout, 'given up before it was sent', { effect: 'none', retryable: true })
      const giveUp = (): void => {
        connection.hoping.delete(request)
        if (signal === undefined) drop(connection)
        else retire(connection)
      }
      const abort = (): void => {
        if (signal?.reason === 'timeout') giveUp()
      }
      const timer = setTimeout(giveUp, within)
      signal?.addEventListener('abort', abort, { once: true })
      connection.hoping.add(request)
      try {
        return await exchange(connection, request)
      } catch (error) {
        throw toBusError(error)
      } finally {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        connection.hoping.delete(request)
        if (retired.has(connection)) retire(connection)
      }
    },
    close() {
      closed = true
      for (const connection of open === null ? retired : [open, ...retired]) drop(connection)
    },
  }
}

function settle(connection: Connection, frame: AnswerFrame): void {
  const waiting = connection.waiting.get(frame.id)
  connection.waiting.delete(frame.id)
  if (waiting === undefined) return
  if ('answer' in frame) waiting.resolve(frame.answer as never)
  else waiting.reject(new ResilienceError(CODES.rejected, frame.refused.message, { effect: 'none', retryable: false }))
}
