/** Every claim there is, and what follows from those that an adapter makes. */
import type { z } from 'zod'
import type { ClaimCondition, Clause } from '../../spec/clause.ts'
import type { Bus } from '../adapter.ts'
import type { Claims } from '../claims.ts'
import { ALWAYS } from './always.ts'
import { type BreakerBus, type BreakerPart, breaker, type PlannedForces } from './breaker.ts'
import { type ConnectionsPart, connections } from './connections.ts'
import { type DeadLetterPart, deadLetter, type PlannedPoisons } from './dead-letter.ts'
import { type DeduplicationPart, deduplication, type PlannedId } from './deduplication.ts'
import { type DegradationPart, degradation } from './degradation.ts'
import type { AnyClaims, ClaimDescriptor, ClaimName, Consequences } from './descriptor.ts'
import { type DiskLossPart, survivesDiskLoss } from './disk-loss.ts'
import { type HandlingPart, handling } from './handling.ts'
import { type MemoryPart, memory } from './memory.ts'
import { type PoolPart, pool } from './pool.ts'
import { type PlannedRow, type RecordBus, type RecordPart, record } from './record.ts'
import { type ReplayBus, type ReplayPart, replay } from './replay.ts'
import { type RetryPart, retry } from './retry.ts'
import { type StatsBus, type StatsPart, stats } from './stats.ts'
import { type PlannedLife, type TimeToLivePart, timeToLive } from './time-to-live.ts'

/** What an adapter may claim beside what every adapter says. */
export interface OptionalClaims<F>
  extends RetryPart<F>,
    HandlingPart<F>,
    BreakerPart<F>,
    DegradationPart<F>,
    DeadLetterPart,
    DeduplicationPart<F>,
    TimeToLivePart,
    ReplayPart,
    ConnectionsPart<F>,
    MemoryPart<F>,
    PoolPart<F>,
    StatsPart,
    RecordPart,
    DiskLossPart {}

/** What a bus has beside what every bus has, because its adapter claims it. */
export interface OwedMethods extends BreakerBus, ReplayBus, StatsBus, RecordBus {}

/** What a message of a plan has only where the adapter claims it. */
export interface MessageOptions extends PlannedId, PlannedLife, PlannedRow {}

/** What a plan has any number of only where the adapter claims it. */
export interface PlanLists extends PlannedForces, PlannedPoisons {}

/** In the order in which contradictions are looked for, plans are drawn and the docs list them. */
const CLAIMS = {
  ...ALWAYS,
  retry,
  handling,
  breaker,
  degradation,
  deadLetter,
  deduplication,
  timeToLive,
  replay,
  connections,
  memory,
  pool,
  stats,
  record,
  survivesDiskLoss,
} satisfies { readonly [K in keyof Claims]-?: ClaimDescriptor<K> }

/** Each claim with its descriptor. */
export const claimEntries = Object.entries(CLAIMS) as unknown as readonly (readonly [ClaimName, ClaimDescriptor])[]

export const isRequired = (name: ClaimName): boolean => Object.hasOwn(ALWAYS, name)

/** A condition that clauses can name, and what follows where it holds. */
export interface Condition extends Omit<Consequences, 'when'> {
  holds(claims: Partial<AnyClaims>): boolean
}

function conditionOf(name: ClaimName, { when, ...consequences }: Consequences): Condition {
  return {
    ...consequences,
    holds({ [name]: claim }) {
      // The claim of this name is what the descriptor of this name asks for.
      return claim !== undefined && (when === undefined || when(claim as never))
    },
  }
}

type NameIn<T> = T extends unknown ? keyof T : never
type Named = NameIn<Extract<(typeof CLAIMS)[keyof typeof CLAIMS], { conditions: unknown }>['conditions']>

const found = claimEntries.flatMap(([name, { conditions = {} }]) =>
  Object.entries(conditions).map(([condition, consequences]) => [condition, conditionOf(name, consequences)] as const),
)

/** The compiler names a condition that no claim has. */
const BY_NAME: Record<Exclude<ClaimCondition, 'always'>, Condition> = Object.fromEntries(found) as Record<
  Named,
  Condition
>

export const CONDITIONS: readonly Condition[] = found.map(([, condition]) => condition)

/** Whether the adapter claims what the clause speaks of. Exactly-once includes at-least-once, total order that per key. */
export const isClaimed = ({ claim }: Pick<Clause, 'claim'>, claims: AnyClaims): boolean =>
  claim === 'always' || BY_NAME[claim].holds(claims)

/** What more a bus must have because of what it claims. */
export const owedBy = (claims: Partial<AnyClaims>): { readonly [part in keyof Bus]?: z.ZodType } =>
  Object.assign({}, ...CONDITIONS.flatMap(({ owes, holds }) => (owes !== undefined && holds(claims) ? [owes] : [])))
