/** Decides which of the clauses that one run violates is the cause, and which are consequences. */
import { CLAUSES } from '../../spec/index.ts'

const RANKS: ReadonlyMap<string, number> = new Map(CLAUSES.map(({ id, rank }) => [id, rank]))

const rankOf = (clause: string): number => RANKS.get(clause) ?? Number.MAX_SAFE_INTEGER

/** By rank, and within one by the time of the violation. */
export const byCause = (
  one: { readonly clause: string; readonly at: number },
  other: { readonly clause: string; readonly at: number },
): number => rankOf(one.clause) - rankOf(other.clause) || one.at - other.at
