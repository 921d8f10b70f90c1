/** A plan is everything that one run will do, as plain JSON: the same plan on the simulated site gives the same history. */
import type { Role } from '../adapter.ts'
import type { MessageOptions, PlanLists } from '../claims/index.ts'
import type { Settings } from '../claims.ts'

export type { PlannedForce } from '../claims/breaker.ts'
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

export type BodyKind = 'text' | 'json' | 'empty' | 'tombstone' | 'one-byte' | 'invalid-utf8' | 'unicode' | 'large'
export type HeaderKind = 'none' | 'text' | 'binary' | 'repeated' | 'many'

export interface PlannedMessage extends MessageOptions {
  /** When the producer publishes it: ms after traffic began. */
  readonly at: number
  /** Index of the producer, modulo their number. */
  readonly producer: number
  /** Index of the topic, modulo their number. */
  readonly topic: number
  /** Index of the key; -1 for a message without a key. */
  readonly key: number
  readonly body: BodyKind
  readonly headers: HeaderKind
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
  headers: 'none',
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

/**
 * What a link can do to the bytes, in Toxiproxy's words where it has one: `refuse` (disabled), `reset` (reset_peer),
 * `black-hole` (timeout), `latency`, `cut` (limit_data), `slice` (slicer), `bandwidth`, `slow-close`.
 */
export type FaultKind = 'refuse' | 'reset' | 'black-hole' | 'latency' | 'cut' | 'slice' | 'bandwidth' | 'slow-close'
export const FAULT_KINDS: readonly FaultKind[] = [
  'refuse',
  'reset',
  'black-hole',
  'latency',
  'cut',
  'slice',
  'bandwidth',
  'slow-close',
]
/** `up`: from the adapter to the system. `down`: back to it. */
export type Direction = 'up' | 'down'

/**
 * What can happen to one node of the system. `move-leader`: others lead what it leads, in good order, and it leads again at
 * the end. `pause`: it is frozen (SIGSTOP) until it goes on. `restart`: it is killed, and started again at the end.
 * `lose-disk`: the same, and it comes back without what it had stored.
 * `isolate`: it is cut off from the other nodes while clients still reach it. `clock-step`: the wall clock of the machine
 * on which everything runs is an hour ahead, until it is set right; no time goes by with that.
 */
export type OutageKind = 'move-leader' | 'pause' | 'restart' | 'lose-disk' | 'isolate' | 'clock-step'
export const OUTAGE_KINDS: readonly OutageKind[] = [
  'move-leader',
  'pause',
  'restart',
  'lose-disk',
  'isolate',
  'clock-step',
]

const OUTAGE_NAMES: Readonly<Record<OutageKind, string>> = {
  'move-leader': 'move of leaders',
  pause: 'pause of a server',
  restart: 'restart of a server',
  'lose-disk': 'restart of a server without its disk',
  isolate: 'isolation of a server',
  'clock-step': 'step of the wall clock',
}

export const isOutage = (kind: FaultKind | OutageKind): kind is OutageKind => Object.hasOwn(OUTAGE_NAMES, kind)
export const outageName = (kind: OutageKind): string => OUTAGE_NAMES[kind]

/** For counts and tables: kinds that act on one direction are named with it, such as `black-hole down`. */
export function faultName(kind: FaultKind | OutageKind, direction: Direction): string {
  if (isOutage(kind)) return outageName(kind)
  return kind === 'refuse' || kind === 'reset' ? kind : `${kind} ${direction}`
}

/** Faults by their name, see {@link faultName}; `kill` counts processes of nodes that were killed. */
export type FaultCounts = Readonly<Record<string, number>>

export interface PlannedFault {
  readonly kind: FaultKind
  readonly role: Role
  /** For the kinds that act on one direction; the others ignore it. */
  readonly direction: Direction
  /** ms after traffic began. */
  readonly at: number
  /** How long until it is healed, ms. */
  readonly lasts: number
  /**
   * latency: ms; cut: bytes let through on each connection; slice: bytes a slice; bandwidth: bytes per second; slow-close:
   * ms until the other side learns of an end; else unused.
   */
  readonly amount: number
}

/** A fault of the system's own processes; nothing happens where none of them can have it. */
export interface PlannedOutage {
  readonly kind: OutageKind
  /**
   * Which of the system's nodes, modulo their number: 0 is the one that leads the first partition of the first topic when
   * the run begins, where the system has leaders, for where these lie is the system's choice.
   */
  readonly server: number
  /** ms after traffic began. */
  readonly at: number
  /** How long until it goes on, ms. */
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
  readonly version: 1
  /** Feeds the run's random numbers (jitter in the simulated site, payloads). */
  readonly seed: number
  /** First, so that faults shrink away first. */
  readonly faults: readonly PlannedFault[]
  readonly outages: readonly PlannedOutage[]
  readonly kills: readonly PlannedKill[]
  readonly closes: readonly PlannedClose[]
  /** How often one more process opens, uses and closes a bus before the first message, to see what it keeps each time. */
  readonly cycles: number
  readonly consumers: readonly PlannedConsumer[]
  readonly messages: readonly PlannedMessage[]
  readonly nodes: number
  readonly producers: number
  readonly topics: readonly { readonly partitions: number }[]
  /** Values for settable figures, see `harness/claims.ts`. */
  readonly settings: Settings
}
