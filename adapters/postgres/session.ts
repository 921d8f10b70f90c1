/** One connection to PostgreSQL, opened on first use and again after it broke. */
import { Socket } from 'node:net'
import pg from 'pg'
import { CODES, ResilienceError } from '../resilience/index.ts'

export interface SessionOptions {
  readonly address: { readonly host: string; readonly port: number }
  readonly credentials: Readonly<Record<string, string>>
  /** LISTEN to this channel. */
  readonly channel?: string
  readonly onNotified?: () => void
}

export interface Session {
  /**
   * Rows of one statement. Rejects with a bus error. When `within` ms have passed, or the signal aborts with the
   * reason `timeout`, before the answer came, the connection is given up.
   */
  query(
    text: string,
    values: readonly unknown[],
    limit: { readonly within: number; readonly signal?: AbortSignal },
  ): Promise<{ rows: readonly Record<string, unknown>[]; count: number }>
  close(): void
}

interface Connection {
  readonly client: pg.Client
  readonly socket: Socket
  ready: Promise<void>
}

export function createSession(options: SessionOptions): Session {
  let current: Connection | null = null
  let closed = false

  const drop = (connection: Connection): void => {
    if (current === connection) current = null
    connection.socket.destroy()
  }

  const connect = (): Connection => {
    const { address, credentials } = options
    const socket = new Socket()
    const client = new pg.Client({
      ...address,
      user: credentials.user,
      password: credentials.password,
      database: credentials.database,
      stream: () => socket,
    })
    // Told to the queries that were waiting; without a listener it would end the process.
    client.on('error', () => drop(connection))
    client.on('end', () => drop(connection))
    if (options.onNotified !== undefined) client.on('notification', options.onNotified)
    const connection: Connection = { client, socket, ready: Promise.resolve() }
    connection.ready = client.connect().then(async () => {
      if (options.channel !== undefined) await client.query(`listen ${client.escapeIdentifier(options.channel)}`)
    })
    // Each query that waits for it hears of it.
    connection.ready.catch(() => drop(connection))
    return connection
  }

  return {
    async query(text, values, { within, signal }) {
      if (closed) throw new ResilienceError(CODES.closed, 'the bus is closed', { effect: 'none', retryable: false })
      current ??= connect()
      const connection = current
      let sent = false
      const work = async () => {
        await connection.ready
        sent = true
        const { rows, rowCount } = await connection.client.query<Record<string, unknown>>(text, [...values])
        return { rows, count: rowCount ?? 0 }
      }
      try {
        return await givenUpAfter(work(), () => drop(connection), within, signal)
      } catch (error) {
        throw classify(error, sent)
      }
    },
    close() {
      closed = true
      if (current !== null) drop(current)
    },
  }
}

/** A connection that is given up may leave its query unanswered for ever, so the wait ends here. */
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

/** SQLSTATE classes for which a retry may help: rollbacks, lack of resources, operator intervention. */
const TRANSIENT = /^(08|40|53|55|57)/

/** What the server itself says failed was rolled back; anything else may have been done once the statement was sent. */
function classify(error: unknown, sent: boolean): ResilienceError {
  if (error instanceof ResilienceError) return error
  if (error instanceof pg.DatabaseError) {
    const retryable = TRANSIENT.test(error.code ?? '')
    return new ResilienceError(retryable ? CODES.connection : CODES.rejected, `PostgreSQL refused: ${error.message}`, {
      effect: 'none',
      retryable,
      cause: error,
    })
  }
  const message = sent ? 'the connection to PostgreSQL broke before the answer came' : 'no connection to PostgreSQL'
  return new ResilienceError(CODES.connection, message, {
    effect: sent ? 'unknown' : 'none',
    retryable: true,
    cause: error,
  })
}
