import type { ClaimCondition, Clause } from '../../spec/clause.ts'
import type { ResolvedClaims } from '../claims.ts'

/** As much of claims as decides what is judged; figures play no part. */
export type Claimed = Pick<ResolvedClaims, 'delivery' | 'ordering'> & {
  readonly [extra in 'retry' | 'handling' | 'breaker' | 'deadLetter' | 'connections']?: unknown
}

const CONDITIONS: Readonly<Record<ClaimCondition, (claims: Claimed) => boolean>> = {
  always: () => true,
  'at-least-once': ({ delivery }) => delivery !== 'at-most-once',
  'per-key-ordering': ({ ordering }) => ordering !== 'none',
  'per-partition-ordering': ({ ordering }) => ordering === 'per-partition' || ordering === 'total',
  retry: ({ retry }) => retry !== undefined,
  handling: ({ handling }) => handling !== undefined,
  breaker: ({ breaker }) => breaker !== undefined,
  connections: ({ connections }) => connections !== undefined,
  'dead-letter': ({ deadLetter }) => deadLetter !== undefined,
}

/** Whether the adapter claims what the clause speaks of. Exactly-once includes at-least-once, total order that per key. */
export const isClaimed = ({ claim }: Pick<Clause, 'claim'>, claims: Claimed): boolean => CONDITIONS[claim](claims)
