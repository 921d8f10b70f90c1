/** Which clauses are judged, which of them still lack occasions, and where plans shall lean for these. */
import type { Capability, Clause, Lean } from '../../spec/clause.ts'
import type { AnyClaims } from '../claims/descriptor.ts'
import { isClaimed } from '../claims/index.ts'
import { type Lacks, lackedBy } from '../lacks.ts'
import type { Tally } from './tally.ts'

/** Whether the clause is among those asked for; all are where nothing is named. */
export const isSelected = (clause: Clause, only: readonly string[] = []): boolean =>
  only.length === 0 || only.includes(clause.id) || only.includes(clause.area)

/** Clauses for which a run can count: claimed and selected. */
export const judgedClauses = (clauses: readonly Clause[], claims: AnyClaims, only?: readonly string[]): Clause[] =>
  clauses.filter((clause) => isClaimed(clause, claims) && isSelected(clause, only))

/** Zero occasions are never enough, whatever a clause says. */
export const wantedOccasions = (clause: Clause): number => Math.max(1, clause.wants)

/** A kind of occasion that the clause names and that arose too rarely. */
export interface Shortage {
  readonly kind: string
  readonly occasions: number
  readonly wanted: number
}

export const shortages = ({ id, kinds = {} }: Clause, tally: Tally, lacks: Lacks): Shortage[] =>
  Object.entries(kinds)
    .map(([kind, of]) => ({ kind, occasions: tally.clause(id).kinds[kind] ?? 0, wanted: wantedOf(of, lacks) }))
    .filter(({ occasions, wanted }) => occasions < wanted)

function wantedOf(kind: NonNullable<Clause['kinds']>[string], lacks: Lacks): number {
  if (typeof kind === 'number') return kind
  return kind === 'noted' || lacks[kind.needs] !== undefined ? 0 : kind.wants
}

/** Kinds that only some buses can meet, and this one did not. */
export const unseenKinds = ({ id, kinds = {} }: Clause, tally: Tally): string[] =>
  Object.keys(kinds).filter((kind) => kinds[kind] === 'noted' && tally.clause(id).kinds[kind] === undefined)

/** Whether the situation that it speaks of, or a kind of it, has not arisen often enough. */
export const isShort = (clause: Clause, tally: Tally, lacks: Lacks): boolean =>
  tally.clause(clause.id).occasions < wantedOccasions(clause) || shortages(clause, tally, lacks).length > 0

/**
 * What the system lacks for the situation that the clause speaks of; null where it lacks nothing, and where the situation arose
 * all the same: what has happened, no declaration excuses.
 */
export function excuseOf(clause: Clause, tally: Tally, lacks: Lacks): Capability | null {
  const { occasions, violationCount } = tally.clause(clause.id)
  return occasions + violationCount > 0 ? null : lackedBy(clause, lacks)
}

/** Those that the situation they speak of has not met often enough yet, though the system has what it takes. */
export const shortOf = (tally: Tally, clauses: readonly Clause[], lacks: Lacks = {}): Clause[] =>
  clauses.filter((clause) => isShort(clause, tally, lacks) && excuseOf(clause, tally, lacks) === null)

/**
 * Where the next plan leans. The clauses that are short take turns, and so do the leans of each; a clause without leans
 * is left to chance.
 */
export function nextLeans(short: readonly Clause[], turn: number): readonly Lean[] {
  const clause = short[turn % Math.max(1, short.length)]
  if (clause === undefined) return []
  const lean = clause.leans[Math.floor(turn / short.length) % Math.max(1, clause.leans.length)]
  return lean === undefined ? [] : [lean]
}
