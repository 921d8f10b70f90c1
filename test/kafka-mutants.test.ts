import { expect, it } from 'vitest'
import { certify } from '../harness/certify.ts'
import { exitCodeOf } from '../harness/cli/exit-code.ts'
import { PACKAGE_ROOT } from '../harness/own-package.ts'
import { loadScenarios } from '../harness/plan/scenarios.ts'
import type { Defect } from '../mutants/mutant.ts'
import kafka from '../systems/kafka/index.ts'
import { requires } from './require.ts'

const scenarios = await loadScenarios(new URL('scenarios/', PACKAGE_ROOT))

/** The scenario that brings each defect out; `npm run mutants -- --real kafka/` finds them with generated plans too. */
const MUTANTS = [
  ['commits-before-handling', 'Killed before the commit'],
  ['publish-error-swallowed', 'No way around the links'],
  ['dropped-when-destination-is-down', 'Dead letters cut off'],
] as const

requires('kafka', await kafka.missing())('a broken adapter on a real broker', () => {
  it.each(MUTANTS)('%s is caught, with a story, in the scenario %s', { timeout: 120_000 }, async (name, scenario) => {
    const module = new URL(`mutants/kafka/${name}.ts`, PACKAGE_ROOT)
    const { defect } = (await import(module.href)) as { defect: Defect }
    const plans = scenarios.filter((one) => one.name === scenario).map(({ plan }) => plan)
    const certificate = await certify(module, {
      site: 'real',
      lanes: 1,
      plans,
      bail: defect.must,
      failures: null,
      shrink: 0,
    })
    const { verdicts, failures, error } = certificate
    const violated = verdicts.filter(({ verdict }) => verdict === 'fail').map(({ clause }) => clause)
    expect(error).toBeNull()
    expect(defect.must.some((clause) => violated.includes(clause))).toBe(true)
    expect(violated.filter((clause) => ![...defect.must, ...(defect.may ?? [])].includes(clause))).toEqual([])
    expect(failures.every(({ story }) => story.some((line) => line.startsWith('▶')))).toBe(true)
    expect(exitCodeOf(certificate, false)).toBe(1)
  })
})
