/** A clause as data. `spec/` defines what is judged; `harness/check/` defines how. */

export type ClauseLevel = 'MUST' | 'SHOULD' | 'MAY'
export type Area = 'delivery' | 'ordering' | 'fail-fast' | 'breaker' | 'retry' | 'dead-letter' | 'resources'

/** What an adapter must claim for a clause to be judged; `always` means that every bus must satisfy it. */
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

/** What not every system has, and what the situation of a clause may need. */
export type Capability =
  | 'partitions'
  | 'committedOffsets'
  | 'groupMembership'
  | 'deadLetterTopics'
  | 'storedLog'
  | 'network'

/** What plans produce more of while a clause is short of occasions. */
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
  /** `area/number`; also the filter on the command line. */
  readonly id: string
  readonly area: Area
  readonly level: ClauseLevel
  /** A few words, for tables. */
  readonly title: string
  /** The clause in full. */
  readonly text: string
  readonly claim: ClaimCondition
  /** Its situation cannot arise on a system that lacks one of these. */
  readonly needs?: readonly Capability[]
  /** What counts as one occasion. */
  readonly occasion: string
  /** The number of occasions that a certificate requires. */
  readonly wants: number
  /** The leans of plans while it is short of occasions. */
  readonly leans: readonly Lean[]
  /**
   * `outside`: a handler, a caller, a link or the witness observed it. `self-reported`: it depends on the adapter's word alone.
   * `counted`: outside in runs that counted publish requests as they reached the system, otherwise self-reported.
   */
  readonly evidence: 'outside' | 'self-reported' | 'counted'
  /**
   * Also judged in a run in which the system restarted without its stored data. The other clauses depend on that data, and do
   * not judge such a run.
   */
  readonly holdsWithoutDisk?: true
}

export type CertificateLevel = 'core' | 'resilient'

export const LEVEL_AREAS: Readonly<Record<CertificateLevel, readonly Area[]>> = {
  core: ['delivery', 'ordering', 'fail-fast', 'resources'],
  resilient: ['delivery', 'ordering', 'fail-fast', 'resources', 'retry', 'breaker', 'dead-letter'],
}
