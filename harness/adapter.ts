/**
 * The contract between busproof and a message bus.
 *
 * An adapter module default-exports a {@link BusAdapter}. Everything in it can cross a process border as JSON
 * (bytes as base64, a signal as `cancel(op)`, a handler as a reverse call), so errors and receipts are told apart by
 * their shape and never by `instanceof`.
 */
import type { OwedMethods } from './claims/index.ts'
import type { Claims, ResolvedClaims } from './claims.ts'
import type { Observation } from './events/adapter.ts'

export type { BreakerByHand } from './claims/breaker.ts'
export type { RecordOptions, RecordReceipt, Row, RowValues } from './claims/record.ts'
export type { BusStats } from './claims/stats.ts'
export type { Observation } from './events/adapter.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** A header name may occur more than once where the bus has repeated headers; order is kept. */
export type Header = readonly [name: string, value: Uint8Array]

/** Name of the header that marks a message as replayed from a dead letter. */
export const REPLAYED = 'replayed'

export interface Message {
  readonly topic: string
  /** Messages of one key stay in order where per-key ordering is claimed; null means no key. */
  readonly key: Uint8Array | null
  /** null is a tombstone, which is not the same as an empty value. */
  readonly value: Uint8Array | null
  readonly headers: readonly Header[]
}

/** Where a message lies: offsets grow within one partition of one topic, and need not be contiguous. */
export interface Position {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export type Receipt =
  | { readonly status: 'acknowledged'; readonly position?: Position }
  /** Graceful degradation: taken into a local queue, settles later by an observation `settled`. Only where it is claimed. */
  | { readonly status: 'queued' }

/** The one shape of every error that a bus gives to its caller. Extra properties are kept out of reports. */
export interface BusError {
  /** One of the codes that the adapter's claims declare. */
  readonly code: string
  /** `none`: certainly not done. `unknown`: it may have been done (a time-out, a reset after the bytes left). */
  readonly effect: 'none' | 'unknown'
  readonly retryable: boolean
  readonly message: string
  readonly cause?: unknown
  readonly details?: Json
}

export interface PublishOptions {
  /** Names this publish in every observation about it; it is not part of the message. */
  readonly op: string
  /** Honoured at once: the publish rejects, and no attempt starts afterwards. */
  readonly signal?: AbortSignal
}

export interface Subscription {
  readonly consumer: string
  readonly group: string
  readonly topics: readonly string[]
  /** Where a group without committed positions starts. */
  readonly from: 'earliest' | 'latest'
}

export interface Delivery {
  readonly message: Message
  readonly position?: Position
  /** 1 for the first time that this member hands the message to the handler, and one more for each retry. */
  readonly attempt: number
}

/**
 * Resolves when the message is handled. A rejection whose `retryable` is `false` is permanent: the message goes to the
 * dead letters at once; any other rejection is retried as the claims say.
 */
export type Handler = (delivery: Delivery) => Promise<void>

export interface Consumer {
  /** Leaves the group; resolves once no handler runs and nothing more will be delivered. */
  close(): Promise<void>
}

/** What every bus has. What it owes beside because of what it claims stands with each claim, in `claims/`. */
export interface Bus extends OwedMethods {
  publish(message: Message, options: PublishOptions): Promise<Receipt>
  /** Resolves once the consumer is a member of its group and will receive. */
  subscribe(subscription: Subscription, handle: Handler): Promise<Consumer>
  /** Idempotent. Every pending operation settles; sockets, timers and sessions are gone when it resolves. */
  close(): Promise<void>
}

export type BreakerState = 'closed' | 'open' | 'half-open' | 'isolated' | 'shut-down'

/** The bus's service as seen by one client: each role has a link of its own, so that each can fail alone. */
export type Role = 'publish' | 'consume' | 'deadletter'
export const ROLES: readonly Role[] = ['publish', 'consume', 'deadletter']

/** A byte stream to the system, real or simulated. Events come through the callbacks, never synchronously from `dial`. */
export interface Wire {
  /** Bytes written after the wire has closed are dropped. */
  write(bytes: Uint8Array): void
  /** Closes both directions; `closed` fires. Idempotent. */
  destroy(): void
  onData(listener: (bytes: Uint8Array) => void): void
  /** Called once; with an error unless either side closed in an orderly way. */
  onClosed(listener: (error?: Error) => void): void
}

/** What an adapter is opened with. */
export interface Site {
  /** Begins every topic and group of this run; put it before whatever else the adapter names on the system. */
  readonly prefix: string
  /** The application process that this bus belongs to, unique in the run. */
  readonly node: string
  /** The adapter's claims with every settable figure set for this run: the adapter must configure itself from these. */
  readonly claims: ResolvedClaims
  /** Host and port by role, already behind the fault link. Real sites only; the simulated site has no sockets. */
  address(role: Role): { readonly host: string; readonly port: number }
  /** The same of every node of the system, the first one first. */
  addresses(role: Role): readonly { readonly host: string; readonly port: number }[]
  /**
   * Where to connect instead of `address`, which the system itself gave out: the link of this role that leads there. A link's
   * own address stays as it is. Throws for an address that no link of this role leads to, for traffic to it would meet no
   * fault. Clients that follow addresses which the system gives out must ask this before they connect.
   */
  route(
    role: Role,
    address: { readonly host: string; readonly port: number },
  ): { readonly host: string; readonly port: number }
  /** A byte stream to the role's address, the one way to the network that exists on every site. */
  dial(role: Role): Promise<Wire>
  /** User, password, database and the like, as the system asks for them. Secrets: they must never leave the adapter. */
  readonly credentials: Readonly<Record<string, string>>
  /** Reports what only the adapter can know. Never throws. */
  observe(observation: Observation): void
}

export interface BusAdapter {
  readonly name: string
  /**
   * The system that must run behind it: one that comes with busproof (`memory`, `postgres`, `kafka`), or the URL of a module
   * that exports one, such as `new URL('./system.ts', import.meta.url).href`.
   */
  readonly system: string
  readonly claims: Claims
  /** npm package of the client library, whose version goes into the certificate. */
  readonly client?: string
  /** How the system's witness finds this adapter's data, where the system cannot know it; see the system's page. */
  readonly witness?: Readonly<Record<string, string>>
  open(site: Site): Promise<Bus>
}
