/** A clause as data. Everything that is judged stands in `spec/`; how it is judged stands in `harness/check/`. */
import type { ClaimCondition } from './index.ts'

export type { ClaimCondition } from './index.ts'

export type ClauseLevel = 'MUST' | 'SHOULD' | 'MAY'
export type Area = 'delivery' | 'ordering' | 'fail-fast' | 'breaker' | 'retry' | 'dead-letter' | 'resources'

/** What a plan leans to when a clause is short of occasions. */
export type Lean =
  | 'publish-outage'
  | 'hung-probes'
  | 'breaker-by-hand'
  | 'consume-outage'
  | 'dead-letter-outage'
  | 'handler-failure'
  | 'group-churn'
  | 'close-in-traffic'
  | 'disk-loss'
  | 'bursts'
  | 'calm'

export interface Clause<C extends string = ClaimCondition> {
  /** `area/number`: also the filter on the command line. */
  readonly id: string
  readonly area: Area
  readonly level: ClauseLevel
  /** A few words, for tables. */
  readonly title: string
  /** The clause in full. */
  readonly text: string
  /** What an adapter must claim for it to be judged; `always`: every bus owes it. */
  readonly claim: C
  /** What counts as one occasion. */
  readonly occasion: string
  /** Occasions that a certificate wants. */
  readonly wants: number
  /** Where plans lean to while it is short. */
  readonly leans: readonly Lean[]
  /**
   * `outside`: handler, caller, link or witness saw it. `self-reported`: only the adapter's word stands behind it. `counted`:
   * outside in runs whose publish requests were counted as they reached the system, else self-reported.
   */
  readonly evidence: 'outside' | 'self-reported' | 'counted'
  /**
   * Of the clauses that one run violates the one with the least is told as the cause: what the bus did comes before what that did to a
   * message. Measured over all mutants, see docs/failures.md; by hundreds:
   *
   * 1 the process is gone or full, or a secret is out · 2 an identity, a group or a position that is not kept · 3 what became of a
   * message that could not be handled · 4 a write without its event, a publish that is called done · 5 what the breaker did, from the
   * rule that says most to the one that says least · 6 a handler that was called too soon, then retries, then order, then an early
   * commit · 7 what comes of all this: silence, loss, duplicates, and what stays behind
   */
  readonly rank: number
  /**
   * Judged too in a run in which the system came back without what it had stored. What the others speak of went with its
   * disk, and they say nothing of such a run.
   */
  readonly holdsWithoutDisk?: true
}

/** Only so that the compiler infers which conditions the clauses name. */
export const clauses = <const C extends string>(list: readonly Clause<C>[]): readonly Clause<C>[] => list

export type CertificateLevel = 'core' | 'resilient'

export const LEVEL_AREAS: Readonly<Record<CertificateLevel, readonly Area[]>> = {
  core: ['delivery', 'ordering', 'fail-fast', 'resources'],
  resilient: ['delivery', 'ordering', 'fail-fast', 'resources', 'retry', 'breaker', 'dead-letter'],
}
