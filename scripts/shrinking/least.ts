/** The plan that a person wrote as the least which shows a mutant's defect. */

import type { Plan } from '../../harness/plan/plan.ts'
import { MINIMAL_PLANS, type MinimalName } from '../../mutants/minimal.ts'
import type { Defect } from '../../mutants/mutant.ts'
import { MUTANTS_FOLDER } from '../kill-matrix/collect.ts'

/** Null where none was written: what only many runs together show has none. */
export async function leastOf(name: string): Promise<{ readonly name: MinimalName; readonly plan: Plan } | null> {
  const { defect } = (await import(new URL(`${name}.ts`, MUTANTS_FOLDER).href)) as { defect: Defect }
  return defect.minimal === undefined ? null : { name: defect.minimal, plan: MINIMAL_PLANS[defect.minimal] }
}
