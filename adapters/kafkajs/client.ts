/** One client of kafkajs for one role, with nothing left to defaults, which change with NODE_ENV. */
import { Kafka, logLevel } from 'kafkajs'
import type { Role, Site } from '../../harness/adapter.ts'
import type { Sockets } from './sockets.ts'

/** Tried again by the shared resilience alone. */
export const NO_RETRIES = { retries: 0, initialRetryTime: 50, maxRetryTime: 200, factor: 0.2, multiplier: 2 } as const
/** How long what is known of topics and leaders counts as fresh, ms; an error refreshes it at once. */
export const METADATA_AGE = 60_000

export interface ClientOptions {
  readonly role: Role
  readonly sockets: Sockets
  /** For an answer, ms. */
  readonly requestTimeout: number
}

export const createKafka = (site: Site, { role, sockets, requestTimeout }: ClientOptions): Kafka =>
  new Kafka({
    brokers: site.addresses(role).map(({ host, port }) => `${host}:${port}`),
    clientId: `${site.prefix}${site.node}`,
    ssl: false,
    connectionTimeout: site.claims.publish.timeout,
    authenticationTimeout: site.claims.publish.timeout,
    reauthenticationThreshold: 10_000,
    requestTimeout,
    enforceRequestTimeout: true,
    retry: NO_RETRIES,
    socketFactory: sockets.factory,
    logLevel: logLevel.NOTHING,
  })
