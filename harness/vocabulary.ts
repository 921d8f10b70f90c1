/** The types that the contract, the claims and the events share. Adapters import them from the contract, `adapter.ts`. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** If the bus supports repeated headers, a header name may occur more than once; order is kept. */
export type Header = readonly [name: string, value: Uint8Array]

export interface Message {
  readonly topic: string
  /** If per-key ordering is claimed, messages of one key stay in order; null means no key. */
  readonly key: Uint8Array | null
  /** null is a tombstone, which differs from an empty value. */
  readonly value: Uint8Array | null
  readonly headers: readonly Header[]
}

/** Name of the header that carries the op of a message. */
export const OP_HEADER = 'busproof-op'
/** Name of the header that marks a message as redriven from a dead letter. */
export const REDRIVEN = 'redriven'

/** Where a message is stored. */
export interface Position<Offset extends number | string = number | string> {
  readonly topic: string
  readonly partition: number
  /**
   * A number if the system numbers the messages of a partition: it grows, with or without gaps. Otherwise the id that the system gave
   * to the message, such as `1526919030474-55`; the witness knows the order of ids.
   */
  readonly offset: Offset
}

/** Where a group continues in a partition: at this number, or behind the message with this id. */
export type Next = number | { readonly after: string }

export type Receipt =
  | { readonly status: 'acknowledged'; readonly position?: Position }
  /** Graceful degradation: queued locally; an observation `settled` reports the outcome later. Only if `degradation` is claimed. */
  | { readonly status: 'queued' }

/** The shape of every error that a caller of a bus receives. Reports ignore additional properties. */
export interface BusError {
  /** One of the codes in the adapter's `errors.codes`. */
  readonly code: string
  /** `none`: certainly not done. `unknown`: possibly done (a time-out, a reset after the bytes were sent). */
  readonly effect: 'none' | 'unknown'
  readonly retryable: boolean
  readonly message: string
  readonly cause?: unknown
  readonly details?: Json
  /** Required by the claim `envelope` with a `correlationId`: that of the message. */
  readonly correlationId?: string
}

export type BreakerState = 'closed' | 'open' | 'half-open' | 'isolated' | 'shut-down'

/** The purpose of a connection. Each role has its own link, so that each can fail alone. */
export type Role = 'publish' | 'consume' | 'dead-letter'
export const ROLES: readonly Role[] = ['publish', 'consume', 'dead-letter']

/** The contents of one row of the application: a value of each type. The store must return them unchanged. */
export interface RowValues {
  readonly flag: boolean
  /** A whole number of at most 53 bits, plus a sign. */
  readonly count: number
  /** A number of double precision. */
  readonly ratio: number
  readonly label: string
  readonly note: string | null
}

/** A row of the application's own store. */
export interface Row {
  /** Unique in the run. */
  readonly id: string
  readonly values: RowValues
}

/** The statistics of a bus since it was opened. */
export interface BusStats {
  /**
   * The pool's connections (or clients, or producers): `total` is the sum of `active` (lent to a publish) and `idle`;
   * `waiting` is the number of publishes that wait for one.
   */
  readonly connections: {
    readonly total: number
    readonly active: number
    readonly idle: number
    readonly waiting: number
  }
  /** The number of publishes that were acknowledged, including each message of a batch. */
  readonly sent: number
  /** The number of publishes that were rejected, for any reason, including each message of a batch. */
  readonly failed: number
  /** The total size of the values of acknowledged messages. */
  readonly bytes: number
  /** If the bus creates a producer for each topic: how many it has created and not closed, by topic. */
  readonly producers?: readonly { readonly topic: string; readonly total: number }[]
}

/** Mildest first. */
export const HEALTH_STATUSES = ['healthy', 'degraded', 'unhealthy'] as const
export type HealthStatus = (typeof HEALTH_STATUSES)[number]

/** The health of one part of a bus, such as its connection to publish. */
export interface ComponentHealth {
  /** Unique in the bus, and the same in each answer. */
  readonly name: string
  /** `degraded`: it does not answer in time. `unhealthy`: it fails. */
  readonly status: HealthStatus
  /** Why, in a sentence. */
  readonly message: string
  /** When the last look at it began, as ISO 8601 in UTC. */
  readonly checkedAt: string
}

/** What a health check answers. */
export interface BusHealth {
  /** That of the component which is worst. */
  readonly status: HealthStatus
  /** Whether a caller should publish here: connected, the breaker not open, not closing or closed. The last two count at once: they need no look. */
  readonly ready: boolean
  readonly components: readonly ComponentHealth[]
}

/** A value of a setting. In the environment it is text: `30`, `true`. */
export type SettingValue = string | number | boolean

/** Where settings are given. Each source overrides those before it; a setting that none of them gives has its default. */
export interface SettingSources {
  /** The text of a YAML file, a mapping of names to values; null if there is no file. */
  readonly file: string | null
  /** The variables of the environment, those of others too. */
  readonly environment: Readonly<Record<string, string>>
  /** What the caller gives in code or on the command line. */
  readonly arguments: Readonly<Record<string, SettingValue>>
}

/** What gave a setting its value, the weakest first. */
export const SETTING_ORIGINS = ['default', 'file', 'environment', 'argument'] as const
export type SettingOrigin = (typeof SETTING_ORIGINS)[number]

/** The settings in effect. */
export interface Configuration {
  /** The environment that was found, such as `production`; null if the bus knows of none. */
  readonly environment: string | null
  /** Every setting by its name. A value is null if the setting has no default and is not given. */
  readonly settings: Readonly<Record<string, { readonly value: SettingValue | null; readonly from: SettingOrigin }>>
}
