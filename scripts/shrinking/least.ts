/** The plan that a person wrote as the least which shows a mutant's defect. */

import type { Plan } from '../../harness/plan/plan.ts'
import { MINIMAL_PLANS } from '../../mutants/minimal.ts'
import type { Defect } from '../../mutants/mutant.ts'
import { MUTANTS_FOLDER } from '../kill-matrix/collect.ts'

/** Null where none was written: what only many runs together show has none. */
export async function leastOf(name: string): Promise<{ readonly name: string; readonly plan: Plan } | null> {
  const { defect } = (await import(new URL(`${name}.ts`, MUTANTS_FOLDER).href)) as { defect: Defect }
  const { minimal } = defect
  if (minimal === undefined) return null
  return typeof minimal === 'string' ? { name: minimal, plan: MINIMAL_PLANS[minimal] } : { name, plan: minimal }
}
