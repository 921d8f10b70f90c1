/** A clause as data. Everything that is judged stands in `spec/`; how it is judged stands in `harness/check/`. */

export type ClauseLevel = 'MUST' | 'SHOULD' | 'MAY'
export type Area = 'delivery' | 'ordering' | 'fail-fast' | 'breaker' | 'retry' | 'dead-letter' | 'resources'

/** What an adapter must claim for a clause to be judged; `always` means that every bus owes it. */
export type ClaimCondition =
  | 'always'
  | 'at-least-once'
  | 'per-key-ordering'
  | 'per-partition-ordering'
  | 'retry'
  | 'jitter'
  | 'handling'
  | 'breaker'
  | 'manual-breaker'
  | 'degradation'
  | 'dead-letter'
  | 'poison'
  | 'deduplication'
  | 'time-to-live'
  | 'replay'
  | 'connections'
  | 'pool'
  | 'stats'
  | 'record'
  | 'disk-loss'

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

export interface Clause {
  /** `area/number`: also the filter on the command line. */
  readonly id: string
  readonly area: Area
  readonly level: ClauseLevel
  /** A few words, for tables. */
  readonly title: string
  /** The clause in full. */
  readonly text: string
  readonly claim: ClaimCondition
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
   * Judged too in a run in which the system came back without what it had stored. What the others speak of went with its
   * disk, and they say nothing of such a run.
   */
  readonly holdsWithoutDisk?: true
}

export type CertificateLevel = 'core' | 'resilient'

export const LEVEL_AREAS: Readonly<Record<CertificateLevel, readonly Area[]>> = {
  core: ['delivery', 'ordering', 'fail-fast', 'resources'],
  resilient: ['delivery', 'ordering', 'fail-fast', 'resources', 'retry', 'breaker', 'dead-letter'],
}
