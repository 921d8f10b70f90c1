/**
 * What an adapter promises, hence what is judged. Plain JSON. Each figure is either fixed, or settable by the run inside
 * a range, so that a harness can ask for a back-off of 20 ms where production runs with a second.
 */

/** A number that the adapter is bound to; all times are in milliseconds. */
export type Figure =
  | { readonly fixed: number }
  | { readonly default: number; readonly min: number; readonly max: number }

export const fixed = (value: number): Figure => ({ fixed: value })
export const settable = (value: number, min: number, max: number): Figure => ({ default: value, min, max })

/**
 * Wait before retry n (n from 0): `min(cap, base × factor^n)`, then times a uniform draw from `[low, high]` of `jitter`.
 * The cap is applied before the jitter, so the longest wait is `cap × high`.
 */
export interface RetryClaim<F = Figure> {
  readonly formula: 'exponential'
  readonly base: F
  readonly factor: F
  readonly cap: F
  readonly jitter: { readonly low: F; readonly high: F }
  /** Retries after the first attempt: attempts = 1 + retries. */
  readonly retries: F
}

/** Trips at this many failed attempts in a row; a success in between starts the count anew. */
export interface ConsecutiveTrip<F = Figure> {
  readonly when: 'consecutive-failures'
  readonly failures: F
}

/**
 * Trips with a failure when, of at least `calls` calls that were let in during the last `window`, more than `above` per
 * cent have failed; a change of state starts the count anew.
 */
export interface RateTrip<F = Figure> {
  readonly when: 'failure-rate'
  readonly above: F
  readonly calls: F
  readonly window: F
}

export type TripClaim<F = Figure> = ConsecutiveTrip<F> | RateTrip<F>

export interface BreakerClaim<F = Figure, T = TripClaim<F>> {
  readonly trip: T
  /** Time from the trip until the first probe may be admitted. */
  readonly reset: F
  readonly halfOpen: {
    /** Probes that may be in flight at once, the call that made the breaker half-open included. */
    readonly permits: F
    /** Successful probes that close it. */
    readonly closeAfter: F
    /** Failed probes that open it again. */
    readonly reopenOn: F
  }
  /** `outside`: retry wraps the breaker, each attempt counts. `inside`: the breaker wraps the retries, each publish counts. */
  readonly retry: 'outside' | 'inside'
  /** Code of the error that refuses a call while open. */
  readonly code: string
  /** `Bus.breaker` resets it and forces it open by hand. */
  readonly manual?: true
}

/**
 * While the breaker is open, or earlier ones still wait, publishes are queued in order; they go out, first in, first out,
 * once it lets them through.
 */
export interface DegradationClaim<F = Figure> {
  /** Publishes that may wait at once. */
  readonly capacity: F
  /** Code of the error that refuses what does not fit. */
  readonly code: string
}

export interface DeadLetterClaim {
  readonly naming: 'per-topic' | 'single'
  /** `per-topic`: appended to the topic's name. `single`: the one topic's name, after the run's prefix. */
  readonly name: string
  /**
   * When the position of its message is committed: `after` the dead letter was accepted, which is the default, or
   * `together` with it, in one transaction.
   */
  readonly commit?: 'after' | 'together'
  /** What lies in a topic and cannot be read as a message is dead-lettered too, its bytes as they are. */
  readonly poison?: true
}

/** A group handles one message id once inside the window. */
export interface DeduplicationClaim<F = Figure> {
  /** Name of the header that carries the message id; what has none is not compared. */
  readonly header: string
  /** How long the id is remembered after its message was handled well; what comes later is a new message. */
  readonly window: F
  /** While nobody can tell which ids are known: handle the message all the same, or let it wait. */
  readonly storeDown: 'let-through' | 'refuse'
}

/** A message whose time is over is not handled. */
export interface TimeToLiveClaim {
  /** Name of the header that says how many ms after it was stored, in decimal digits; what has none lives for ever. */
  readonly header: string
}

/** `Bus.record` stores a row of the application and publishes its event. */
export interface RecordClaim {
  /** `required`: a write whose event cannot be published fails, and does not stand. `optional`: it stands, and its receipt says so. */
  readonly event: 'required' | 'optional'
  /** The event of every committed row is published in the end, in the order of commits, whatever crashes. */
  readonly outbox?: true
}

interface ClaimsOf<F> {
  readonly delivery: 'at-most-once' | 'at-least-once' | 'exactly-once'
  readonly ordering: 'none' | 'per-key' | 'per-partition' | 'total'
  readonly messages: {
    /** Null values survive as null. */
    readonly tombstones: boolean
    /** One header name may occur more than once. */
    readonly repeatedHeaders: boolean
    /** Largest value in bytes. */
    readonly maxBytes: number
  }
  readonly publish: {
    /** Longest time for one attempt. */
    readonly timeout: F
    /** Longest time from the call until it settles, waiting and retries included. */
    readonly within: F
  }
  readonly consume: {
    /** A member that has not been heard of for this long loses its partitions. */
    readonly session: F
    /**
     * Behind a failing message: `hold` the partition back until it is settled, `hold-key` only messages of the same key and
     * go on with the others, or go on with all (`go-on`).
     */
    readonly behindFailure: 'hold' | 'hold-key' | 'go-on'
  }
  /** Longest time for `close()` of a bus or a consumer, a running handler's own time not counted. */
  readonly close: { readonly within: F }
  /** After the last fault has ended, publishing and consuming work again within this time. */
  readonly recovery: { readonly within: F }
  /** Every `code` that a caller may see. */
  readonly errors: { readonly codes: readonly string[] }
  readonly retry?: RetryClaim<F>
  /** Retries of a rejecting handler before the message is dead-lettered. */
  readonly handling?: RetryClaim<F>
  readonly breaker?: BreakerClaim<F>
  /** Needs a breaker whose calls are single attempts. */
  readonly degradation?: DegradationClaim<F>
  readonly deadLetter?: DeadLetterClaim
  readonly deduplication?: DeduplicationClaim<F>
  readonly timeToLive?: TimeToLiveClaim
  /** Dead letters can be published again, by `replay` of the bus. */
  readonly replay?: true
  /** Most connections that one bus holds once it is calm again, however often it had to connect anew. */
  readonly connections?: F
  /** Most bytes of memory that one open bus holds; what none of them claims is held against {@link MEMORY_OF_A_BUS}. */
  readonly memory?: F
  /** Publishes take what they send with from a pool of at most so many, and give it back; `Bus.stats` tells of it. */
  readonly pool?: { readonly most: F }
  /** `Bus.stats` says what has happened. */
  readonly stats?: true
  readonly record?: RecordClaim
  /** After the system came back without what it had stored, members go on with what is published then. */
  readonly survivesDiskLoss?: true
}

const MIB = 1_048_576
/**
 * What one open bus may hold where it claims nothing, bytes: half of what a container of 1 GiB has, and some hundred times
 * what the in-memory buses hold, which is up to 2 MiB. A bus that needs more claims it.
 */
export const MEMORY_OF_A_BUS = 512 * MIB
/** A smaller claim cannot be told from what the harness itself holds, bytes. */
export const LEAST_MEMORY = 16 * MIB

export type Claims = ClaimsOf<Figure>
/** Claims with every figure set: what one run is judged by. */
export type ResolvedClaims = ClaimsOf<number>

/** Values for settable figures by dotted path, such as `retry.base`. */
export type Settings = Readonly<Record<string, number>>

export const isFigure = (value: unknown): value is Figure =>
  typeof value === 'object' &&
  value !== null &&
  ('fixed' in value || ('default' in value && 'min' in value && 'max' in value))

/** Every settable figure by its dotted path. */
export function settableFigures(claims: Claims): ReadonlyMap<string, { default: number; min: number; max: number }> {
  const found = new Map<string, { default: number; min: number; max: number }>()
  const visit = (value: unknown, path: string): void => {
    if (isFigure(value)) {
      if ('default' in value) found.set(path, value)
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) visit(inner, path === '' ? name : `${path}.${name}`)
    }
  }
  visit(claims, '')
  return found
}

/** Sets every figure: fixed ones as they are, settable ones from `settings`, held inside their range, else the default. */
export function resolveClaims(claims: Claims, settings: Settings): ResolvedClaims {
  const resolve = (value: unknown, path: string): unknown => {
    if (isFigure(value)) {
      if ('fixed' in value) return value.fixed
      const wanted = settings[path]
      return wanted === undefined ? value.default : Math.min(value.max, Math.max(value.min, wanted))
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, resolve(inner, path === '' ? name : `${path}.${name}`)]),
    )
  }
  return resolve(claims, '') as ResolvedClaims
}
