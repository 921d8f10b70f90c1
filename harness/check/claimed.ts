import type { ClaimCondition } from '../../spec/clause.ts'
import type { ResolvedClaims } from '../claims.ts'

const CLAIMED: Readonly<Record<ClaimCondition, (claims: ResolvedClaims) => boolean>> = {
  always: () => true,
  'at-least-once': ({ delivery }) => delivery !== 'at-most-once',
  'per-key-ordering': ({ ordering }) => ordering !== 'none',
  retry: ({ retry }) => retry !== undefined,
  handling: ({ handling }) => handling !== undefined,
  breaker: ({ breaker }) => breaker !== undefined,
  'dead-letter': ({ deadLetter }) => deadLetter !== undefined,
}

/** Whether an adapter with these claims owes what a clause under this condition demands. */
export const isClaimed = (condition: ClaimCondition, claims: ResolvedClaims): boolean => CLAIMED[condition](claims)
