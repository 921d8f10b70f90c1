/** Where to find a running cluster: BUSPROOF_REMOTE_KAFKA, and what its brokers say about each other. */
import { PassingError, SiteError, UsageError } from '../../harness/errors.ts'
import type { Endpoint } from '../../harness/system-contract.ts'
import { assertAllowed } from '../remote-hosts.ts'
import { ANSWER_WITHIN, type Broker, persist } from './client.ts'
import * as clusterApis from './protocol/cluster-apis.ts'
import { type Connection, createConnection } from './protocol/connection.ts'
import { NoAnswer } from './protocol/errors.ts'
import * as groupApis from './protocol/group-apis.ts'
import * as logApis from './protocol/log-apis.ts'

const VARIABLE = 'BUSPROOF_REMOTE_KAFKA'

export interface Found {
  /** In the order of their numbers. */
  readonly brokers: readonly Broker[]
  /** What the cluster calls itself. */
  readonly cluster: string | null
}

/** Throws {@link UsageError} when the variable is not set, not a list of addresses, or leads to a host that is not allowed. */
export function bootstrapServers(): readonly Endpoint[] {
  const named = process.env[VARIABLE]
  if (named === undefined || named.trim() === '') {
    throw new UsageError(`${VARIABLE} is not set: set it to brokers of the cluster, as host:port[,host:port].`)
  }
  const servers = parseServers(named)
  if (servers === null) {
    // Unquoted: whatever else was put there may have a password in it.
    throw new UsageError(
      `${VARIABLE} is not a list of addresses: set it to brokers of the cluster, as host:port[,host:port].`,
    )
  }
  assertAllowed(VARIABLE, servers)
  return servers
}

/** Null when it is no such list. */
export function parseServers(text: string): readonly Endpoint[] | null {
  const servers = text.split(',').map((part) => /^(\[[0-9a-f:]+\]|[^\s:@/[\]]+):(\d{1,5})$/i.exec(part.trim()))
  const endpoints = servers.flatMap((match) => {
    const [, host = '', port = ''] = match ?? []
    const number = Number(port)
    return match !== null && number >= 1 && number <= 65_535
      ? [{ host: host.replace(/^\[|\]$/g, ''), port: number }]
      : []
  })
  return endpoints.length === servers.length ? endpoints : null
}

const ASK_WITHIN = 15_000

/**
 * Asks one after the other until one answers. Rejects with {@link SiteError} when none does, or when it does not speak what
 * the witness speaks, and with {@link UsageError} when the cluster has brokers on hosts that are not allowed.
 */
export async function findBrokers(servers: readonly Endpoint[]): Promise<Found> {
  const connections = servers.map(createConnection)
  try {
    return await persist(`none of ${VARIABLE} answers`, ASK_WITHIN, async () => {
      let failure: unknown = new NoAnswer('there is no server')
      for (const connection of connections) {
        try {
          return await askFor(connection)
        } catch (error) {
          if (!(error instanceof NoAnswer)) throw error
          failure = error
        }
      }
      throw failure
    })
  } catch (error) {
    // We cannot restart it, so a cluster that has not answered for this long is reported at once.
    throw error instanceof PassingError ? new SiteError(error.message, { cause: error.cause }) : error
  } finally {
    for (const connection of connections) connection.close()
  }
}

async function askFor(connection: Connection): Promise<Found> {
  const { apis } = await connection.request(clusterApis.apiVersions, {}, ANSWER_WITHIN)
  const refused = refusedOf(apis)
  if (refused.length > 0) {
    throw new SiteError(`the cluster of ${VARIABLE} does not support ${refused.join(', ')}, which the witness needs`)
  }
  const { brokers, cluster } = await connection.request(
    clusterApis.metadata,
    { topics: [], create: false },
    ANSWER_WITHIN,
  )
  // A cluster that has just started may not know itself yet.
  if (brokers.length === 0) throw new NoAnswer('the cluster knows no brokers yet')
  assertAllowed(`the cluster of ${VARIABLE}`, brokers)
  const sorted = brokers.map(({ id, host, port }) => ({ id, host, port })).sort((one, other) => one.id - other.id)
  return { brokers: sorted, cluster }
}

const ASKED = Object.values({ ...clusterApis, ...groupApis, ...logApis })

/** What the witness asks and these do not take, as names with versions. */
export const refusedOf = (
  apis: readonly { readonly key: number; readonly oldest: number; readonly newest: number }[],
): readonly string[] =>
  ASKED.filter(({ key, version }) => {
    const range = apis.find((api) => api.key === key)
    return range === undefined || version < range.oldest || version > range.newest
  }).map(({ name, version }) => `${name} ${version}`)
