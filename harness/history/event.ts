/**
 * What a history consists of. One JSON object a line, in the order in which it was recorded; `at` is in milliseconds of
 * one monotonic clock since the run began. The first line is the {@link RunHeader}, the last one `{ type: 'end' }`: a
 * history without it was cut.
 *
 * Every published message has one operation id (`op`), carried to the consumer in the header `busproof-op`, so an `op`
 * names the message too. Probes that the harness publishes after the heal have ops that begin with `probe-`.
 */
import type { BreakerState, BusStats, Json, Position, Role, Row } from '../adapter.ts'
import type { ResolvedClaims } from '../claims.ts'
import type { Direction, FaultKind, OutageKind, Plan } from '../plan/plan.ts'

export const HISTORY_FORMAT = 'busproof.history/1'
export const OP_HEADER = 'busproof-op'

export interface RunHeader {
  readonly type: 'run'
  readonly format: typeof HISTORY_FORMAT
  readonly run: string
  readonly adapter: string
  readonly system: string
  readonly site: 'simulated' | 'real'
  readonly prefix: string
  readonly plan: Plan
  /** With every figure set: what this run is judged by. */
  readonly claims: ResolvedClaims
  /**
   * How much later than claimed something may happen before it is a violation, ms: 1 in virtual time; on real clocks
   * generous, because lateness there is a metric. Nothing may ever be more than 1 ms early.
   */
  readonly slack: number
  /** Whether a witness reads the system beside the adapter, and whether its events stand at the time they happened. */
  readonly witness: 'none' | 'live' | 'after'
  /** The wall clock when the run began, ms since 1970. Missing in older histories. */
  readonly startedAt?: number
}

/** `"…"` for short printable bytes, `null`, else `LENGTH bytes HASH`. Equal texts mean equal bytes. */
export type Digest = string
export interface Content {
  readonly key: Digest
  readonly value: Digest
  /** Of all headers in order but `busproof-op` and those that dead-lettering adds. */
  readonly headers: Digest
}

/** An error as it was seen, flattened and redacted: each secret that was in it has become `[secret:NAME]`. */
export interface SeenError {
  readonly code: string | null
  readonly effect: 'none' | 'unknown' | null
  readonly retryable: boolean | null
  readonly message: string
  /** Messages of the cause chain, outermost first. */
  readonly causes: readonly string[]
  /** Everything else that was found in it (stack, details, other properties), as text, only where a secret was in it. */
  readonly leaked?: readonly string[]
}

/** A row as the system has it; its values may be of other types than they were. */
export interface SeenRow {
  readonly id: string
  readonly values: Readonly<Record<string, Json>>
}

interface At {
  readonly at: number
}
/** A node is one application process with one bus. */
interface OnNode extends At {
  readonly node: string
}

/** The phases of a run, in order. Traffic carries the plan; heal ends every fault; drain adds fresh consumers; then all nodes close. */
export type Phase = 'traffic' | 'heal' | 'drain' | 'close'

/** An operation after `close` (`publish-reset`: and after a reset of the breaker), or a message that no bus can take: `control-topic` has control characters in its name. */
export const TRIAL_KINDS = [
  'publish-closed',
  'subscribe-closed',
  'publish-reset',
  'empty-topic',
  'control-topic',
  'oversize-value',
] as const
export type TrialKind = (typeof TRIAL_KINDS)[number]

/** What is done to a breaker by hand. */
export type Forced = 'reset' | 'isolate'

export type Event =
  | (At & { readonly type: 'phase'; readonly phase: Phase })
  // ---- the caller's side, stamped in the adapter's host
  | (OnNode & { readonly type: 'open' })
  | (OnNode & { readonly type: 'opened'; readonly error?: SeenError })
  | (OnNode & {
      readonly type: 'publish'
      readonly op: string
      readonly producer: string
      readonly topic: string
      readonly content: Content
      readonly hasKey: boolean
      /** The message id that it carries, where de-duplication is claimed. */
      readonly id?: string
      /** How long after it was stored it lives, ms, where a time to live is claimed. */
      readonly lives?: number
      /** Length of its value, where statistics are claimed. */
      readonly bytes?: number
    })
  /** The publish settled; one that is `queued` settles later. `failed` with effect `none` is certain; any other failure may have been done. */
  | (OnNode & {
      readonly type: 'published'
      readonly op: string
      readonly status: 'acknowledged' | 'queued' | 'failed'
      readonly position?: Position
      readonly error?: SeenError
    })
  | (OnNode & { readonly type: 'abort'; readonly op: string })
  /** A row is to be stored and its event, the message `op`, to be published. */
  | (OnNode & {
      readonly type: 'record'
      readonly op: string
      readonly producer: string
      readonly topic: string
      readonly content: Content
      readonly hasKey: boolean
      /** As of a publish. */
      readonly id?: string
      readonly lives?: number
      readonly row: Row
      /** The application's part rejects, so that all of it is rolled back. */
      readonly rollsBack: boolean
    })
  /** It settled. With `event` `failed` the row is stored all the same, and `error` is that of its publish. */
  | (OnNode & {
      readonly type: 'recorded'
      readonly op: string
      readonly status: 'stored' | 'failed'
      /** What became of the event of a row that is stored. */
      readonly event?: 'acknowledged' | 'queued' | 'failed'
      readonly error?: SeenError
    })
  | (OnNode & {
      readonly type: 'subscribe'
      readonly consumer: string
      readonly group: string
      readonly topics: readonly string[]
      readonly from: 'earliest' | 'latest'
    })
  | (OnNode & { readonly type: 'subscribed'; readonly consumer: string; readonly error?: SeenError })
  | (OnNode & { readonly type: 'unsubscribe'; readonly consumer: string })
  | (OnNode & { readonly type: 'unsubscribed'; readonly consumer: string; readonly error?: SeenError })
  /** The handler was called. `delivery` is unique in the run; `op` is null when the message carries none. */
  | (OnNode & {
      readonly type: 'deliver'
      readonly delivery: string
      readonly consumer: string
      readonly group: string
      readonly op: string | null
      readonly topic: string
      readonly content: Content
      readonly position?: Position
      readonly attempt: number
    })
  /** The handler settled. `retryable` or `permanent` say how it rejected. */
  | (OnNode & {
      readonly type: 'handled'
      readonly delivery: string
      readonly consumer: string
      readonly group: string
      readonly op: string | null
      readonly outcome: 'ok' | 'retryable' | 'permanent'
    })
  /** One call of `close()`; a node has several where the plan says so. */
  | (OnNode & { readonly type: 'close'; readonly call: number })
  | (OnNode & { readonly type: 'closed'; readonly call: number; readonly error?: SeenError })
  /** The harness works the breaker of the bus by hand. */
  | (OnNode & { readonly type: 'force'; readonly to: Forced })
  | (OnNode & { readonly type: 'forced'; readonly to: Forced; readonly error?: SeenError })
  /** Dead letters of a topic are to be published again; `replay` is unique in the run. */
  | (OnNode & { readonly type: 'replay'; readonly replay: string; readonly topic: string })
  /** How many the adapter says that it published; absent where it failed. */
  | (OnNode & {
      readonly type: 'replay-ended'
      readonly replay: string
      readonly topic: string
      readonly count?: number
      readonly error?: SeenError
    })
  /** The harness killed the node's process, as the plan says: nothing more comes from it. */
  | (OnNode & { readonly type: 'killed' })
  /** The harness tries what the bus must refuse. `trial` is unique in the run; a publish carries it as its op. */
  | (OnNode & { readonly type: 'trial'; readonly trial: string; readonly what: TrialKind })
  | (OnNode & {
      readonly type: 'trial-ended'
      readonly trial: string
      readonly what: TrialKind
      readonly outcome: 'refused' | 'taken'
      readonly error?: SeenError
    })
  // ---- what the adapter reports of itself
  | (OnNode & { readonly type: 'attempt-began'; readonly op: string; readonly attempt: number })
  | (OnNode & {
      readonly type: 'attempt-ended'
      readonly op: string
      readonly attempt: number
      readonly outcome: 'ok' | 'failed' | 'cancelled'
      readonly error?: SeenError
    })
  | (OnNode & { readonly type: 'breaker-changed'; readonly from: BreakerState; readonly to: BreakerState })
  /** What became of a publish that had been queued. */
  | (OnNode & {
      readonly type: 'settled'
      readonly op: string
      readonly status: 'acknowledged' | 'failed'
      readonly position?: Position
      readonly error?: SeenError
    })
  /** Nothing is queued any more. */
  | (OnNode & { readonly type: 'drained'; readonly recovered: number; readonly failed: number })
  | (OnNode & {
      readonly type: 'assigned' | 'revoked'
      readonly consumer: string
      readonly partitions: readonly { readonly topic: string; readonly partition: number }[]
    })
  | (OnNode & {
      readonly type: 'committed'
      readonly consumer: string
      readonly group: string
      readonly topic: string
      readonly partition: number
      readonly next: number
    })
  | (OnNode & {
      readonly type: 'dead-lettered'
      readonly consumer: string
      readonly group: string
      readonly position: Position
    })
  | (OnNode & {
      readonly type: 'passed-over'
      readonly consumer: string
      readonly group: string
      readonly position: Position
      readonly why: 'duplicate' | 'expired'
    })
  /** What the bus answered when it was asked for its statistics, after a publish had settled, or when all was calm. */
  | (OnNode & {
      readonly type: 'stats'
      /** As of `resources`. */
      readonly when: 'traffic' | 'calm'
      /** Null where it gave none. */
      readonly stats: BusStats | null
      readonly error?: SeenError
    })
  // ---- what went wrong in the host
  | (OnNode & {
      readonly type: 'crashed'
      readonly how: 'unhandled-rejection' | 'uncaught-exception' | 'exit'
      readonly message: string
      /** As {@link SeenError.leaked}. */
      readonly leaked?: readonly string[]
    })
  | (OnNode & {
      readonly type: 'logged'
      readonly stream: 'stdout' | 'stderr' | 'warning'
      readonly text: string
      /** Of a warning, as {@link SeenError.leaked}. */
      readonly leaked?: readonly string[]
    })
  // ---- the witness, with a client of its own that no fault touches
  /** A publish request for this message reached the system, stored or not. Live witnesses only. */
  | (At & { readonly type: 'received'; readonly op: string; readonly topic: string })
  /** Stored in a topic that is not a dead-letter topic. `after`: read at the end of the run, so `at` says nothing. */
  | (At & {
      readonly type: 'stored'
      readonly op: string | null
      readonly position: Position
      readonly content: Content
    })
  /** Stored in a dead-letter topic; `fields` are the headers that dead-lettering added, redacted, as text. */
  | (At & {
      readonly type: 'dead-letter'
      readonly op: string | null
      readonly position: Position
      readonly content: Content
      readonly fields: Readonly<Record<string, string>>
    })
  /** The group's committed position was `next` or more at `at` (live: at once; after: polled, so it happened before). */
  | (At & {
      readonly type: 'position'
      readonly group: string
      readonly topic: string
      readonly partition: number
      readonly next: number
    })
  /** Every row that the witness found stored when the run had ended, where it can read them. */
  | (At & { readonly type: 'rows'; readonly rows: readonly SeenRow[] })
  /** The harness has stored there, past every link, a record that the adapter's codec cannot read; it has no key. */
  | (At & { readonly type: 'poison'; readonly position: Position; readonly value: Digest })
  // ---- faults, as the link proves them
  | (At & {
      readonly type: 'fault'
      readonly fault: number
      readonly kind: FaultKind | OutageKind
      /** `system`: a process of the system itself, and so every role. */
      readonly role: Role | 'system'
      readonly direction: Direction
    })
  | (At & {
      readonly type: 'healed'
      readonly fault: number
      readonly kind: FaultKind | OutageKind
      readonly role: Role | 'system'
      readonly landed: Landed
    })
  // ---- resources, counted by kind: sockets, timers, … for a node; sessions, members, … for the server
  | (At & {
      readonly type: 'resources'
      readonly owner: string
      /** `calm`: before the drain, every fault healed and nothing outstanding. */
      readonly when: 'baseline' | 'calm' | 'after'
      readonly counts: Readonly<Record<string, number>>
      /** Of what is more than it was at the baseline, who holds it, where that can be told: by kind, one text each. */
      readonly owners?: Readonly<Record<string, readonly string[]>>
    })
  /**
   * One process has opened, used and closed a bus once more, and its garbage was collected. `bytes`: what its memory holds;
   * `alive`: of what the harness gave or was given since it began, how many of each kind something still refers to.
   */
  | (OnNode & {
      readonly type: 'cycle'
      readonly cycle: number
      readonly bytes: number
      readonly alive: Readonly<Record<string, number>>
    })
  /**
   * The process of a node, or of the `harness`, stood still from `from` until `at`, and not because of its own work: the
   * machine was busy elsewhere. Real sites only.
   */
  | (At & { readonly type: 'stall'; readonly owner: string; readonly from: number })
  | (At & { readonly type: 'end' })

/** What a fault touched while it was active. A fault that touched nothing did not land. */
export interface Landed {
  /** Connections refused, reset or cut. */
  readonly connections: number
  /** Bytes held back, lost, delayed or sliced. */
  readonly bytes: number
}

export const hasLanded = (landed: Landed): boolean => landed.connections > 0 || landed.bytes > 0

export type EventOf<T extends Event['type']> = Extract<Event, { type: T }>
