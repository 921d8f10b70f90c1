/** A clause as data. `spec/` defines what is judged; `harness/check/` defines how. */
import type { ClaimCondition } from './index.ts'

export type { ClaimCondition } from './index.ts'

export type ClauseLevel = 'MUST' | 'SHOULD' | 'MAY'
export type Area =
  | 'delivery'
  | 'ordering'
  | 'fail-fast'
  | 'breaker'
  | 'retry'
  | 'dead-letter'
  | 'resources'
  | 'health'
  | 'configuration'
  | 'envelope'
  | 'dispatch'

/** What not every system has, and what the situation of a clause may need. */
export type Capability =
  | 'partitions'
  | 'committedOffsets'
  | 'groupMembership'
  | 'deadLetterTopics'
  | 'storedLog'
  | 'network'
  | 'refusedTopics'

/** What plans produce more of while a clause is short of occasions. */
export type Lean =
  | 'publish-outage'
  | 'retries'
  | 'hung-probes'
  | 'breaker-by-hand'
  | 'consume-outage'
  | 'dead-letter-outage'
  | 'handler-failure'
  | 'handler-waits'
  | 'subscriber-failure'
  | 'group-churn'
  | 'close-in-traffic'
  | 'disk-loss'
  | 'bursts'
  | 'calm'

export interface Clause<C extends string = ClaimCondition> {
  /** `area/number`; also the filter on the command line. */
  readonly id: string
  readonly area: Area
  readonly level: ClauseLevel
  /** A few words, for tables. */
  readonly title: string
  /** The clause in full. */
  readonly text: string
  /** What an adapter must claim for the clause to be judged; `always` means that every bus must satisfy it. */
  readonly claim: C
  /** Its situation cannot arise on a system that lacks one of these. */
  readonly needs?: readonly Capability[]
  /** What counts as one occasion. */
  readonly occasion: string
  /** The number of occasions that a certificate requires. */
  readonly wants: number
  /**
   * Kinds of occasion that a certificate requires as well, each with the number: a clause about several situations is
   * inconclusive if one of them arises too rarely. `needs`: it cannot arise on a system that lacks this. `noted`: only some buses
   * can meet it, so the certificate notes if it never arose.
   */
  readonly kinds?: Readonly<Record<string, number | { readonly wants: number; readonly needs: Capability } | 'noted'>>
  /** The leans of plans while it is short of occasions. */
  readonly leans: readonly Lean[]
  /**
   * `outside`: a handler, a caller, a link or the witness observed it. `self-reported`: it depends on the adapter's word alone.
   * `counted`: outside in runs that counted publish requests as they reached the system, otherwise self-reported.
   */
  readonly evidence: 'outside' | 'self-reported' | 'counted'
  /**
   * If one run violates several clauses, busproof reports the one with the lowest rank as the cause: what the bus did comes before the
   * effect on a message. Measured over all mutants, see docs/failures.md. By hundreds:
   *
   * 1 the process is gone or full, or a secret leaked · 2 an identity, a group or a position that was not kept · 3 the fate of a message
   * that could not be handled · 4 a write without its event, a publish that is falsely acknowledged · 5 the breaker, from the most
   * specific rule to the least · 6 a handler that was called too soon, then retries, then order, then an early commit · 7 the
   * consequences: silence, loss, duplicates, and what is left behind
   */
  readonly rank: number
  /**
   * Also judged in a run in which the system restarted without its stored data. The other clauses depend on that data, and do
   * not judge such a run.
   */
  readonly holdsWithoutDisk?: true
}

/** Lets the compiler infer which conditions the clauses name. */
export const clauses = <const C extends string>(list: readonly Clause<C>[]): readonly Clause<C>[] => list

/** Each includes those before it. */
export const LEVELS = ['core', 'resilient', 'operable'] as const
export type CertificateLevel = (typeof LEVELS)[number]

const CORE: readonly Area[] = ['delivery', 'ordering', 'fail-fast', 'resources']
/** Some are judged only where an adapter claims them, which level operable requires. */
const RESILIENT: readonly Area[] = [
  ...CORE,
  'retry',
  'breaker',
  'dead-letter',
  'health',
  'configuration',
  'envelope',
  'dispatch',
]

export const LEVEL_AREAS: Readonly<Record<CertificateLevel, readonly Area[]>> = {
  core: CORE,
  resilient: RESILIENT,
  operable: RESILIENT,
}
