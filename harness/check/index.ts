/** Every check by its clause. */
import type { Check } from './check.ts'
import { CHECKS } from './list.ts'

const byClause: ReadonlyMap<string, Check> = new Map(CHECKS.map((check) => [check.clause, check]))

/** The check that judges a clause; undefined if there is none. */
export const checkOf = (clause: string): Check | undefined => byClause.get(clause)

const ROOT = new URL('../../', import.meta.url).href

/** The file of the check that judges a clause, from the root of the sources; null if there is none. */
export const checkFile = (clause: string): string | null =>
  // Built files are there as JavaScript.
  checkOf(clause)?.file.slice(ROOT.length).replace(/\.js$/, '.ts') ?? null
