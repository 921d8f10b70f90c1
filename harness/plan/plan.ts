/** A plan is everything that one run will do, as plain JSON: the same plan on the simulated site gives the same history. */
import type { Role } from '../adapter.ts'
import type { MessageOptions, PlanLists } from '../claims/index.ts'
import type { Settings } from '../claims.ts'
import type { Direction, FaultKind, OutageKind } from '../faults.ts'

export type { PlannedPoison } from '../claims/dead-letter.ts'

/** What the handler does with a message. It is the same for every group, counted per group and node. */
export type Outcome =
  | { readonly kind: 'ok' }
  /** Rejects with a retryable error this many times, then succeeds. */
  | { readonly kind: 'throws'; readonly times: number }
  /** Rejects with a retryable error each time. */
  | { readonly kind: 'fails' }
  /** Rejects with a permanent error (`retryable: false`). */
  | { readonly kind: 'permanent' }
  /** Takes this long (ms), then succeeds. */
  | { readonly kind: 'slow'; readonly ms: number }

/** Bytes as a plan holds them: a text in UTF-8, pairs of hexadecimal digits, or so many that follow from the seed. */
export type PlannedBytes = { readonly text: string } | { readonly hex: string } | { readonly bytes: number }

/** `text` and `json` name the message and carry the payload canary; `tombstone` is null. */
export type PlannedBody = 'text' | 'json' | 'tombstone' | PlannedBytes

export interface PlannedHeader {
  readonly name: string
  readonly value: PlannedBytes
}

/** `text`: three headers, of which one names the message, and one carries the header canary. */
export type PlannedHeaders = 'text' | readonly PlannedHeader[]

export interface PlannedMessage extends MessageOptions {
  /** When the producer publishes it: ms after traffic began. */
  readonly at: number
  /** Index of the producer, modulo their number. */
  readonly producer: number
  /** Index of the topic, modulo their number. */
  readonly topic: number
  /** Index of the key, see {@link Plan.keys}; -1 for a message without a key. */
  readonly key: number
  readonly body: PlannedBody
  readonly headers: PlannedHeaders
  readonly outcome: Outcome
  /** Abort the publish this many ms after it began; null for never. */
  readonly abortAfter: number | null
}

/** The plainest that a message can be, but for when it is published. */
export const PLAIN_MESSAGE: Omit<PlannedMessage, 'at'> = {
  producer: 0,
  topic: 0,
  key: 0,
  body: 'text',
  headers: [],
  outcome: { kind: 'ok' },
  abortAfter: null,
}

export interface PlannedConsumer {
  /** Index of the node it runs on, modulo their number. */
  readonly node: number
  /** Index of its group. */
  readonly group: number
  readonly topic: number
  readonly from: 'earliest' | 'latest'
  /** ms after traffic began; 0 joins before the first message. */
  readonly joinAt: number
  /** ms after traffic began; null stays to the end. */
  readonly leaveAt: number | null
}

export interface PlannedFault {
  readonly kind: FaultKind
  readonly role: Role
  /** For the kinds that act on one direction; the others ignore it. */
  readonly direction: Direction
  /** ms after traffic began. */
  readonly at: number
  /** How long until it is healed, ms. */
  readonly lasts: number
  /** In the unit of its kind, see `LINK_FAULTS`; else unused. */
  readonly amount: number
}

/** A fault of the system's servers; nothing happens if none of them supports it. */
export interface PlannedOutage {
  readonly kind: OutageKind
  /**
   * Index of the server, modulo their number. If partitions have leaders, which the system chooses, 0 is the one that leads
   * the first partition of the first topic when the run begins.
   */
  readonly server: number
  /** ms after traffic began. */
  readonly at: number
  /** How long until it continues, ms. */
  readonly lasts: number
}

/** When a node's process dies, without a word to anybody. */
export interface PlannedKill {
  readonly node: number
  /** ms after traffic began. */
  readonly at: number
}

/** When a node closes its bus. */
export interface PlannedClose {
  readonly node: number
  /** ms after traffic began. */
  readonly at: number
  /** Calls of `close()` made at once. */
  readonly calls: number
}

export interface Plan extends PlanLists {
  readonly version: 3
  /** Feeds the run's random numbers (jitter in the simulated site, payloads). */
  readonly seed: number
  /** First, so that faults shrink away first. */
  readonly faults: readonly PlannedFault[]
  readonly outages: readonly PlannedOutage[]
  readonly kills: readonly PlannedKill[]
  readonly closes: readonly PlannedClose[]
  /** How often one more process opens, uses and closes a bus before the first message, to see what it keeps each time. */
  readonly cycles: number
  /**
   * How often one more process does each thing in a round before the first message (publish a message, one with a new key, one that
   * fails, …) with a bus that stays open, to see what it keeps of each.
   */
  readonly uses: number
  readonly consumers: readonly PlannedConsumer[]
  readonly messages: readonly PlannedMessage[]
  readonly nodes: number
  readonly producers: number
  readonly topics: readonly { readonly partitions: number }[]
  /** The first keys; each of the others is its index, as text. Equal ones are one key. */
  readonly keys: readonly PlannedBytes[]
  /** Values for settable figures, see `harness/claims/figure.ts`. */
  readonly settings: Settings
  /** The environment whose defaults each bus is given, of those that the adapter claims; absent: the seed draws one for each bus. */
  readonly environment?: string
}
