import type { ClaimCondition, Clause } from '../../spec/clause.ts'
import { isFigure, type ResolvedClaims, type RetryClaim } from '../claims.ts'

/** As much of claims as decides what is judged; of the figures only how far the jitter can reach. */
export type Claimed = Pick<ResolvedClaims, 'delivery' | 'ordering'> & {
  readonly [extra in
    | 'handling'
    | 'breaker'
    | 'deadLetter'
    | 'connections'
    | 'deduplication'
    | 'timeToLive'
    | 'pool'
    | 'stats'
    | 'replay'
    | 'record'
    | 'degradation'
    | 'survivesDiskLoss']?: unknown
} & { readonly retry?: Pick<RetryClaim<unknown>, 'jitter' | 'base' | 'factor' | 'cap' | 'retries'> }

/** The shortest range of a wait, ms, that can be told from the lateness of timers. */
export const WIDE = 40

const least = (figure: unknown): number => (!isFigure(figure) ? 0 : 'fixed' in figure ? figure.fixed : figure.min)
const most = (figure: unknown): number => (!isFigure(figure) ? 0 : 'fixed' in figure ? figure.fixed : figure.max)

/**
 * Whether the jitter of some wait can be told from the lateness of timers, with whatever settings. The figures of one run
 * say nothing of what others may be set to.
 */
function hasJitter({ base, factor, cap, retries, jitter }: NonNullable<Claimed['retry']>): boolean {
  if (typeof jitter.high === 'number') return jitter.high !== jitter.low
  const longest = Math.min(most(cap), most(base) * most(factor) ** (most(retries) - 1))
  return longest * (most(jitter.high) - least(jitter.low)) >= WIDE
}

const CONDITIONS: Readonly<Record<ClaimCondition, (claims: Claimed) => boolean>> = {
  always: () => true,
  'at-least-once': ({ delivery }) => delivery !== 'at-most-once',
  'per-key-ordering': ({ ordering }) => ordering !== 'none',
  'per-partition-ordering': ({ ordering }) => ordering === 'per-partition' || ordering === 'total',
  retry: ({ retry }) => retry !== undefined,
  jitter: ({ retry }) => retry !== undefined && hasJitter(retry),
  handling: ({ handling }) => handling !== undefined,
  breaker: ({ breaker }) => breaker !== undefined,
  'manual-breaker': ({ breaker }) =>
    typeof breaker === 'object' && breaker !== null && 'manual' in breaker && breaker.manual === true,
  degradation: ({ degradation }) => degradation !== undefined,
  connections: ({ connections }) => connections !== undefined,
  replay: ({ replay }) => replay !== undefined,
  'dead-letter': ({ deadLetter }) => deadLetter !== undefined,
  poison: ({ deadLetter }) =>
    typeof deadLetter === 'object' && deadLetter !== null && 'poison' in deadLetter && deadLetter.poison === true,
  deduplication: ({ deduplication }) => deduplication !== undefined,
  pool: ({ pool }) => pool !== undefined,
  stats: ({ stats }) => stats !== undefined,
  record: ({ record }) => record !== undefined,
  'disk-loss': ({ survivesDiskLoss }) => survivesDiskLoss !== undefined,
  'time-to-live': ({ timeToLive }) => timeToLive !== undefined,
}

/** Whether the adapter claims what the clause speaks of. Exactly-once includes at-least-once, total order that per key. */
export const isClaimed = ({ claim }: Pick<Clause, 'claim'>, claims: Claimed): boolean => CONDITIONS[claim](claims)
