/** The shipped scenarios, for tests. */
import { PACKAGE_ROOT } from '../harness/own-package.ts'
import type { Plan } from '../harness/plan/plan.ts'
import { loadScenarios } from '../harness/plan/scenarios.ts'

/** The plans of the scenarios with these names. */
export async function plansOf(...names: readonly string[]): Promise<readonly Plan[]> {
  const scenarios = await loadScenarios(new URL('scenarios/', PACKAGE_ROOT))
  return names.map((name) => {
    const found = scenarios.find((scenario) => scenario.name === name)
    if (found === undefined) throw new Error(`there is no scenario "${name}"`)
    return found.plan
  })
}
