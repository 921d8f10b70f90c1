/** Every claim, and the consequences of those that an adapter makes. */
import type { z } from 'zod'
import type { ClaimCondition, Clause } from '../../spec/clause.ts'
import { ALWAYS } from './always.ts'
import type { Claims } from './claims.ts'
import type { AnyClaims, ClaimDescriptor, ClaimName, Consequences } from './descriptor.ts'
import { type PlanLists as ClaimedLists, OPTIONAL, type OwedMethods } from './list.ts'
import type { RefusalLists } from './refusal.ts'

export type { MessageOptions, OptionalClaims, OwedMethods } from './list.ts'

/** What plans contain in lists of their own, each because of a claim or of what the system can do. */
export interface PlanLists extends ClaimedLists, RefusalLists {}

/** In this order contradictions are searched, plans are drawn, and the docs list the claims. */
const CLAIMS = { ...ALWAYS, ...OPTIONAL } satisfies { readonly [K in keyof Claims]-?: ClaimDescriptor<K> }

/** Each claim with its descriptor. */
export const claimEntries = Object.entries(CLAIMS) as unknown as readonly (readonly [ClaimName, ClaimDescriptor])[]

export const isRequired = (name: ClaimName): boolean => Object.hasOwn(ALWAYS, name)

/** A condition that clauses can name, and its consequences. */
export interface Condition extends Omit<Consequences, 'when'> {
  holds(claims: Partial<AnyClaims>): boolean
}

function conditionOf(name: ClaimName, { when, ...consequences }: Consequences): Condition {
  return {
    ...consequences,
    holds({ [name]: claim }) {
      // The claim of this name has the type that the descriptor of this name expects.
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

/** Whether the adapter claims what the clause requires. Exactly-once includes at-least-once; total order includes order per key. */
export const isClaimed = ({ claim }: Pick<Clause, 'claim'>, claims: AnyClaims): boolean =>
  claim === 'always' || BY_NAME[claim].holds(claims)

/** What a bus must have in addition because of its claims. */
export const owedBy = (claims: Partial<AnyClaims>): { readonly [part in keyof OwedMethods]?: z.ZodType } =>
  Object.assign({}, ...CONDITIONS.flatMap(({ owes, holds }) => (owes !== undefined && holds(claims) ? [owes] : [])))
