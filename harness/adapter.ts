/**
 * The contract between busproof and a message bus.
 *
 * The default export of an adapter module is a {@link BusAdapter}. Everything in it can cross a process border as JSON
 * (bytes as base64, a signal as `cancel(op)`, a handler as a reverse call), so errors and receipts are distinguished by
 * their shape and never by `instanceof`.
 */
import type { OwedMethods } from './claims/index.ts'
import type { Claims, ResolvedClaims } from './claims.ts'
import type { Observation } from './events/adapter.ts'
import type { Configuration, Message, Position, Receipt, Role, SettingSources } from './vocabulary.ts'

export type { BreakerByHand } from './claims/breaker.ts'
export type { WriteOptions, WriteReceipt } from './claims/write.ts'
export type { Observation } from './events/adapter.ts'
export type {
  BreakerState,
  BusError,
  BusHealth,
  BusStats,
  ComponentHealth,
  Configuration,
  Header,
  HealthStatus,
  Json,
  Message,
  Next,
  Position,
  Receipt,
  Row,
  RowValues,
  SettingOrigin,
  SettingSources,
  SettingValue,
} from './vocabulary.ts'
export { HEALTH_STATUSES, REDRIVEN, ROLES, type Role, SETTING_ORIGINS } from './vocabulary.ts'

export interface PublishOptions {
  /** Identifies this publish in every observation about it; not part of the message. */
  readonly op: string
  /** When it aborts, the publish rejects at once and starts no further attempt. */
  readonly signal?: AbortSignal
  /** The message in whose handling this one is published, as its handler got it. Only if `envelope` is claimed. */
  readonly cause?: Message
}

export interface Subscription {
  readonly consumer: string
  readonly group: string
  readonly topics: readonly string[]
  /** Where a group without committed positions starts. */
  readonly from: 'earliest' | 'latest'
  /**
   * The types of messages that it registers, each by its one name; its handler gets no others. Absent: it gets every message. All
   * members of a group register the same. Only if `dispatch` is claimed.
   */
  readonly types?: readonly string[]
}

export interface Delivery {
  readonly message: Message
  readonly position?: Position
  /** 1 when this member first passes the message to the handler, one more for each retry. */
  readonly attempt: number
}

/**
 * Resolves when the message is handled. A rejection whose `retryable` is `false` is permanent: the bus dead-letters the
 * message at once. It retries any other rejection as claimed.
 */
export type Handler = (delivery: Delivery) => Promise<void>

export interface Consumer {
  /** Leaves the group. Resolves once no handler runs and nothing more will be delivered. */
  close(): Promise<void>
}

/** What every bus has. What a bus owes because of a claim is in the file of that claim, under `claims/`. */
export interface Bus extends OwedMethods {
  publish(message: Message, options: PublishOptions): Promise<Receipt>
  /** Resolves once the consumer is a member of its group and will receive messages. */
  subscribe(subscription: Subscription, handle: Handler): Promise<Consumer>
  /** Idempotent. Settles every pending operation; no socket, timer or session is left when it resolves. */
  close(): Promise<void>
}

/** A byte stream to the system, real or simulated. It calls its listeners asynchronously, never from within `dial`. */
export interface Wire {
  /** Drops bytes that are written after the wire has closed. */
  write(bytes: Uint8Array): void
  /** Closes both directions and calls the `onClosed` listener. Idempotent. */
  destroy(): void
  onData(listener: (bytes: Uint8Array) => void): void
  /** The listener is called once, with an error unless one side closed in an orderly way. */
  onClosed(listener: (error?: Error) => void): void
}

/** The environment that an adapter is opened in. */
export interface Site {
  /** The prefix of every topic and group of this run. Prepend it to everything else that the adapter names on the system. */
  readonly prefix: string
  /** The name of the application process that this bus belongs to; unique in the run. */
  readonly node: string
  /**
   * The adapter's claims with a value for every settable figure. The adapter must configure itself from these, but for figures that its
   * settings decide: they have another value here.
   */
  readonly claims: ResolvedClaims
  /** Only if `configuration` is claimed: where the adapter must read its settings from. They decide their figures as this run is judged. */
  readonly settings?: SettingSources
  /** Host and port of the link of a role. Throws on the simulated site, which has no sockets. */
  address(role: Role): { readonly host: string; readonly port: number }
  /** The addresses of the links of a role to every server of the system, in order. */
  addresses(role: Role): readonly { readonly host: string; readonly port: number }[]
  /**
   * Translates an address that the system advertises into the address of the link of this role that leads there. Returns the
   * address of a link unchanged. Throws if no link of this role leads to `address`, because traffic to it would bypass the
   * faults. Clients that follow advertised addresses must call this before they connect.
   */
  route(
    role: Role,
    address: { readonly host: string; readonly port: number },
  ): { readonly host: string; readonly port: number }
  /** Opens a byte stream to the address of a role. The only network access that works on every site. */
  dial(role: Role): Promise<Wire>
  /** User, password, database and the like, as the system requires. Secrets: they must never leave the adapter. */
  readonly credentials: Readonly<Record<string, string>>
  /** Reports what only the adapter can know. Never throws. */
  observe(observation: Observation): void
}

export interface BusAdapter {
  readonly name: string
  /**
   * The system behind the adapter: one that ships with busproof (`memory`, `postgres`, `kafka`, or `in-process` for a bus that
   * lives inside the process that uses it), or the URL of a module that exports one, such as `new URL('./system.ts', import.meta.url).href`.
   */
  readonly system: string
  readonly claims: Claims
  /** npm package of the client library; the certificate shows its version. */
  readonly client?: string
  /** Tells the system's witness how to find this adapter's data, if the system cannot know it; see the system's page. */
  readonly witness?: Readonly<Record<string, string>>
  /**
   * Required by the claim `configuration`: the settings in effect if a bus were opened with these sources. Throws an error that says which
   * setting is wrong, where it was given and what is allowed; `open` then rejects with the same, before it connects. Uses no network.
   */
  configure?(sources: SettingSources): Configuration | Promise<Configuration>
  /**
   * Required by the claim `dispatch` with `names`: the parts of the name of a topic, by their names, or null if it is no such name. Never
   * throws; uses no network.
   */
  parseTopic?(name: string): Readonly<Record<string, string>> | null
  /** Required likewise: the name that has these parts. */
  printTopic?(parts: Readonly<Record<string, string>>): string
  open(site: Site): Promise<Bus>
}
