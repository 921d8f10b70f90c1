/**
 * What an adapter promises, hence what is judged. Plain JSON. Each figure is either fixed, or settable by the run inside
 * a range, so that a harness can ask for a back-off of 20 ms where production runs with a second.
 */

import type { OptionalClaims } from './claims/index.ts'

export type { BreakerClaim, ConsecutiveTrip, RateTrip, TripClaim } from './claims/breaker.ts'
export type { DeadLetterClaim } from './claims/dead-letter.ts'
export type { DeduplicationClaim } from './claims/deduplication.ts'
export type { DegradationClaim } from './claims/degradation.ts'
export type { RetryClaim } from './claims/retry.ts'

/** A number that the adapter is bound to; all times are in milliseconds. */
export type Figure =
  | { readonly fixed: number }
  | { readonly default: number; readonly min: number; readonly max: number }

export const fixed = (value: number): Figure => ({ fixed: value })
export const settable = (value: number, min: number, max: number): Figure => ({ default: value, min, max })

/** Claims with figures of this kind: what every adapter says. What it may say beside stands with each claim, in `claims/`. */
export interface ClaimsOf<F> extends OptionalClaims<F> {
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
