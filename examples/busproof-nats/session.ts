/** One connection to NATS, opened on first use and again after it broke. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { JetStreamApiError } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { CODES, ResilienceError } from 'busproof/adapters/resilience'

export interface SessionOptions {
  readonly address: { readonly host: string; readonly port: number }
  readonly credentials: Readonly<Record<string, string>>
  /** What the server calls the connection. */
  readonly name: string
  /** For a connection, and for each answer, ms. */
  readonly timeout: number
}

export interface Session {
  /**
   * Asks something on the connection. Rejects with a bus error. When the time-out has passed, or the signal aborts with the reason
   * `timeout`, before the answer came, the connection is given up.
   */
  ask<T>(question: (nats: NatsConnection, timeout: number) => Promise<T>, signal?: AbortSignal): Promise<T>
  /** Hears of what is published to the subject, on each connection, until it is closed. */
  listen(subject: string, heard: () => void): void
  close(): Promise<void>
}

interface Connection {
  readonly made: Promise<NatsConnection>
  giveUp(): Promise<void>
}

/** `connect` cannot end an attempt, and keeps its socket open, so the sockets are kept here. */
const sockets = new AsyncLocalStorage<Set<Socket>>()
subscribe('net.client.socket', (message) => {
  const { socket } = message as { readonly socket: Socket }
  sockets.getStore()?.add(socket)
})

export function createSession({ address, credentials, name, timeout }: SessionOptions): Session {
  const listeners = new Map<string, () => void>()
  let current: Connection | null = null
  let closed = false

  const listenOn = (nats: NatsConnection, subject: string, heard: () => void): void =>
    void nats.subscribe(subject, { callback: heard })

  const open = (): Connection => {
    const own = new Set<Socket>()
    const made = sockets.run(own, () =>
      connect({
        servers: `${address.host}:${address.port}`,
        user: credentials['user'] ?? '',
        pass: credentials['password'] ?? '',
        name,
        timeout,
        // The next question makes a new one. The server's other addresses would lead past the links.
        reconnect: false,
        ignoreClusterUpdates: true,
        noAsyncTraces: true,
      }),
    )
    const giveUp = async (): Promise<void> => {
      if (current === connection) current = null
      for (const socket of own) socket.destroy()
      // The caller receives the error if it could not be created.
      await made.then((nats) => nats.close()).catch(() => undefined)
    }
    const connection: Connection = { made, giveUp }
    made.then(
      (nats) => {
        for (const [subject, heard] of listeners) listenOn(nats, subject, heard)
        void nats.closed().then(giveUp)
      },
      () => giveUp(),
    )
    return connection
  }

  return {
    async ask(question, signal) {
      if (closed) throw new ResilienceError(CODES.closed, 'the bus is closed', { effect: 'none', retryable: false })
      current ??= open()
      const connection = current
      let sent = false
      const work = async () => {
        const nats = await connection.made
        sent = true
        return await question(nats, timeout)
      }
      try {
        return await givenUpAfter(work(), () => void connection.giveUp(), timeout, signal)
      } catch (error) {
        throw classify(error, sent)
      }
    },
    listen(subject, heard) {
      if (listeners.has(subject)) return
      listeners.set(subject, heard)
      // One that is not made yet listens once it is.
      const connection = current
      connection?.made.then(
        (nats) => nats.isClosed() || listenOn(nats, subject, heard),
        () => undefined,
      )
    },
    async close() {
      closed = true
      await current?.giveUp()
    },
  }
}

/** A connection that is given up may leave a question unanswered, so the wait ends here. */
function givenUpAfter<T>(work: Promise<T>, giveUp: () => void, within: number, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      giveUp()
      reject(new Error('cancelled before the response arrived'))
    }
    const timer = setTimeout(stop, within)
    const abort = (): void => {
      if (signal?.reason === 'timeout') stop()
    }
    signal?.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    })
    if (signal?.aborted === true) abort()
  })
}

/** What JetStream itself says failed was not done; anything else may have been done once it was asked. */
function classify(error: unknown, sent: boolean): ResilienceError {
  if (error instanceof ResilienceError) return error
  if (error instanceof JetStreamApiError) {
    const retryable = error.status >= 500
    return new ResilienceError(retryable ? CODES.connection : CODES.rejected, `JetStream refused: ${error.message}`, {
      effect: 'none',
      retryable,
      cause: error,
    })
  }
  if (error instanceof Error && error.name === 'JetStreamNotEnabled') {
    return new ResilienceError(CODES.connection, 'no JetStream answers', {
      effect: 'none',
      retryable: true,
      cause: error,
    })
  }
  const message = sent ? 'the connection to NATS broke before the answer came' : 'no connection to NATS'
  return new ResilienceError(CODES.connection, message, {
    effect: sent ? 'unknown' : 'none',
    retryable: true,
    cause: error,
  })
}
