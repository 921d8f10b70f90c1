/**
 * What an adapter promises, and therefore what busproof judges. Plain JSON. Each figure is either fixed, or settable by the
 * run within a range, so that a run can use a back-off of 20 ms although production uses a second.
 */

import type { OptionalClaims } from './claims/index.ts'

export type { BreakerClaim, ConsecutiveTrip, RateTrip, TripClaim } from './claims/breaker.ts'
export type { DeadLetterClaim } from './claims/dead-letter.ts'
export type { DeduplicationClaim } from './claims/deduplication.ts'
export type { DegradationClaim } from './claims/degradation.ts'
export type { RetryClaim } from './claims/retry.ts'

/** A number that the adapter must adhere to. All times are in milliseconds. */
export type Figure =
  | { readonly fixed: number }
  | { readonly default: number; readonly min: number; readonly max: number }

export const fixed = (value: number): Figure => ({ fixed: value })
export const settable = (value: number, min: number, max: number): Figure => ({ default: value, min, max })

/** Claims whose figures have the type `F`: what every adapter claims. Each optional claim is in its own file under `claims/`. */
export interface ClaimsOf<F> extends OptionalClaims<F> {
  readonly delivery: 'at-most-once' | 'at-least-once' | 'exactly-once'
  readonly ordering: 'none' | 'per-key' | 'per-partition' | 'total'
  readonly messages: {
    /** Null values are delivered as null. */
    readonly tombstones: boolean
    /** A header name may occur more than once. */
    readonly repeatedHeaders: boolean
    /** Largest value in bytes. */
    readonly maxBytes: number
    /** Longest key in bytes; 1,024 if absent. */
    readonly maxKeyBytes?: number
    /**
     * `text`, or absent: names of headers are any text of 1 to 255 bytes in UTF-8; `token`: 1 to 64 ASCII letters, digits, `-`,
     * `_` and `.`, the first of which is a letter or `_`. Case is kept.
     */
    readonly headerNames?: 'text' | 'token'
  }
  readonly publish: {
    /** Longest duration of one attempt. */
    readonly timeout: F
    /** Longest time from the call until it settles, including waits and retries. */
    readonly deadline: F
  }
  readonly consume: {
    /** Session time-out: a member that is silent for this long loses its partitions. */
    readonly session: F
    /**
     * After a failing message: `hold` the partition until that message is settled, `hold-key` only messages of the same key,
     * or continue with all (`go-on`).
     */
    readonly behindFailure: 'hold' | 'hold-key' | 'go-on'
  }
  /** Longest duration of `close()` of a bus or a consumer, not counting the time of running handlers. */
  readonly close: { readonly deadline: F }
  /** Publishing and consuming work again within this time after the last fault has ended. */
  readonly recovery: { readonly deadline: F }
  /** Every `code` that a caller may receive. */
  readonly errors: { readonly codes: readonly string[] }
}

const MIB = 1_048_576
/**
 * The default limit for the memory of one open bus, bytes: half of a container of 1 GiB, and some hundred times what the
 * in-memory buses hold (up to 2 MiB). A bus that needs more claims it.
 */
export const MEMORY_OF_A_BUS = 512 * MIB
/** The smallest memory claim, bytes: less cannot be distinguished from what the harness itself holds. */
export const LEAST_MEMORY = 16 * MIB

export type Claims = ClaimsOf<Figure>
/** Claims with a value for every figure, by which one run is judged. */
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

/** Sets every figure: fixed ones unchanged, settable ones from `settings`, clamped to their range, or to the default. */
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
