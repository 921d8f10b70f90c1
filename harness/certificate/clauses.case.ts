/** Clauses and run outcomes for tests of search and certificate. */
import type { Area, Clause } from '../../spec/clause.ts'
import type { Finding, Violation } from '../check/check.ts'
import type { Plan } from '../plan/plan.ts'
import type { RunOutcome } from '../run/outcome.ts'

export function exampleClause(id: string, more: Partial<Clause> = {}): Clause {
  return {
    id,
    area: id.slice(0, id.indexOf('/')) as Area,
    level: 'MUST',
    title: id,
    text: `What ${id} asks for.`,
    claim: 'always',
    occasion: 'a run',
    wants: 10,
    leans: [],
    evidence: 'outside',
    rank: 0,
    ...more,
  }
}

export const violationOf = (clause: string, message = `${clause} is broken`): Violation => ({
  clause,
  message,
  expected: 'one',
  actual: 'two',
  ops: [],
  at: 0,
})

export const foundTimes = (clause: string, occasions: number, violations = 0): Finding => ({
  occasions,
  violations: Array.from({ length: violations }, (_, index) => violationOf(clause, `${clause} is broken ${index}`)),
})

export const outcomeOf = (plan: Plan, more: Partial<RunOutcome> = {}): RunOutcome => ({
  plan,
  events: 10,
  faults: { landed: {}, missed: 0 },
  findings: {},
  history: null,
  error: null,
  ...more,
})
