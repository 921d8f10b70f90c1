/** The superuser's sessions, which no fault touches. */
import type { Pool, PoolClient } from 'pg'
import { PassingError, UsageError } from '../../harness/errors.ts'
import { LOOPBACK } from '../../harness/process/loopback.ts'

export interface Admin {
  /** Runs SQL; without values it may be several statements. Rejects with PassingError when the server does not answer. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /** Several queries in one transaction. */
  transaction<T>(work: (query: Admin['query']) => Promise<T>): Promise<T>
  end(): Promise<void>
}

export const DATABASE = 'postgres'

/** A session of the run that hangs with a lock must not make the harness hang too, ms. */
const STATEMENT_TIMEOUT = 20_000

export interface AdminAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

/** As the superuser of a server that was started here. Rejects when it does not take connections yet. */
const connectAsAdmin = (port: number, password: string): Promise<Admin> =>
  connectTo({ host: LOOPBACK, port, user: 'postgres', password, database: DATABASE })

/** As soon as it takes connections. Rejects when it has ended, or has not taken any after `within` ms. */
export async function whenAnswering(server: {
  readonly port: number
  readonly password: string
  readonly within: number
  readonly running: () => Promise<boolean>
}): Promise<Admin> {
  const until = performance.now() + server.within
  for (;;) {
    try {
      return await connectAsAdmin(server.port, server.password)
    } catch (error) {
      if (performance.now() > until || !(await server.running())) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** Rejects when the server does not take connections, or not this user's. */
export async function connectTo(address: AdminAddress): Promise<Admin> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({
    ...address,
    max: 4,
    connectionTimeoutMillis: 5_000,
    statement_timeout: STATEMENT_TIMEOUT,
    // Nothing from the environment (PGOPTIONS and the like).
    options: '',
  })
  // A session that breaks while idle is replaced by the next query, which tells when that fails too.
  pool.on('error', () => {})
  try {
    await pool.query('select 1')
  } catch (error) {
    await pool.end()
    throw error
  }
  return adminOver(pool)
}

function adminOver(pool: Pool): Admin {
  const queryOn =
    (on: Pool | PoolClient): Admin['query'] =>
    async <Row extends object>(sql: string, values?: readonly unknown[]) =>
      (await answered(values === undefined ? on.query<Row>(sql) : on.query<Row>(sql, [...values]))).rows
  return {
    query: queryOn(pool),
    async transaction(work) {
      const client = await answered(pool.connect())
      let broken: Error | undefined
      try {
        await client.query('begin')
        const result = await work(queryOn(client))
        await client.query('commit')
        return result
      } catch (error) {
        // The session goes, and its transaction with it.
        broken = error instanceof Error ? error : new Error(String(error))
        throw error
      } finally {
        client.release(broken)
      }
    },
    end: () => pool.end(),
  }
}

/** Classes of SQLSTATE by which a server says that it is away, out of resources, or was told to stop. */
const NOT_NOW = /^(08|53|57)/

async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    const { code, severity } = error as { readonly code?: unknown; readonly severity?: unknown }
    // Only what the server itself has said has a severity; the rest is of connections.
    if (severity !== undefined && !NOT_NOW.test(String(code))) throw error
    const message = error instanceof Error ? error.message : String(error)
    throw new PassingError(`PostgreSQL does not answer the harness: ${message}`, { cause: error })
  }
}

/** Quotes a name. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`
/** Quotes a text. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Says which of the adapter's statements failed. */
export async function named<T>(statement: string, query: () => Promise<T>): Promise<T> {
  try {
    return await query()
  } catch (error) {
    if (error instanceof PassingError) throw error
    const message = error instanceof Error ? error.message : String(error)
    throw new UsageError(`The adapter's SQL in witness.${statement} failed; correct it: ${message}`, { cause: error })
  }
}
