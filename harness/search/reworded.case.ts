/** Runs whose violations say something else in every sentence: what is made of them must be the same. */
import type { Violation } from '../check/check.ts'
import type { Execute, RunOutcome } from '../run/outcome.ts'

const WORDS = 'other words'

/** Only what its fields carry is left. */
export const reworded = (violation: Violation): Violation => ({
  ...violation,
  message: WORDS,
  expected: WORDS,
  actual: WORDS,
})

export const rewordedRun = (outcome: RunOutcome): RunOutcome => ({
  ...outcome,
  findings: Object.fromEntries(
    Object.entries(outcome.findings).map(([clause, finding]) => [
      clause,
      { ...finding, violations: finding.violations.map(reworded) },
    ]),
  ),
})

export const rewording =
  (execute: Execute): Execute =>
  async (plan, options) =>
    rewordedRun(await execute(plan, options))
