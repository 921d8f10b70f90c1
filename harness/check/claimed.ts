import type { ClaimCondition, Clause } from '../../spec/clause.ts'
import { isFigure, type ResolvedClaims, type RetryClaim } from '../claims.ts'

/** As much of claims as decides what is judged; of the figures only whether there is any jitter. */
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
    | 'degradation']?: unknown
} & { readonly retry?: Pick<RetryClaim<unknown>, 'jitter'> }

const usual = (figure: unknown): number => {
  if (typeof figure === 'number') return figure
  if (!isFigure(figure)) return 0
  return 'fixed' in figure ? figure.fixed : figure.default
}

const CONDITIONS: Readonly<Record<ClaimCondition, (claims: Claimed) => boolean>> = {
  always: () => true,
  'at-least-once': ({ delivery }) => delivery !== 'at-most-once',
  'per-key-ordering': ({ ordering }) => ordering !== 'none',
  'per-partition-ordering': ({ ordering }) => ordering === 'per-partition' || ordering === 'total',
  retry: ({ retry }) => retry !== undefined,
  jitter: ({ retry }) => retry !== undefined && usual(retry.jitter.high) > usual(retry.jitter.low),
  handling: ({ handling }) => handling !== undefined,
  breaker: ({ breaker }) => breaker !== undefined,
  'manual-breaker': ({ breaker }) =>
    typeof breaker === 'object' && breaker !== null && 'manual' in breaker && breaker.manual === true,
  degradation: ({ degradation }) => degradation !== undefined,
  connections: ({ connections }) => connections !== undefined,
  replay: ({ replay }) => replay !== undefined,
  'dead-letter': ({ deadLetter }) => deadLetter !== undefined,
  deduplication: ({ deduplication }) => deduplication !== undefined,
  pool: ({ pool }) => pool !== undefined,
  stats: ({ stats }) => stats !== undefined,
  record: ({ record }) => record !== undefined,
  'time-to-live': ({ timeToLive }) => timeToLive !== undefined,
}

/** Whether the adapter claims what the clause speaks of. Exactly-once includes at-least-once, total order that per key. */
export const isClaimed = ({ claim }: Pick<Clause, 'claim'>, claims: Claimed): boolean => CONDITIONS[claim](claims)
