import type { Figure } from './figure.ts'
import type { OptionalClaims } from './list.ts'

/** Claims whose figures have the type `F`: what every adapter claims. Each optional claim is in its own file beside this one. */
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

export type Claims = ClaimsOf<Figure>
/** Claims with a value for every figure, by which one run is judged. */
export type ResolvedClaims = ClaimsOf<number>
