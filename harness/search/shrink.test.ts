import { describe, expect, test } from 'vitest'
import { foundTimes, outcomeOf } from '../certificate/clauses.case.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import type { Plan } from '../plan/plan.ts'
import type { Execute, RunOutcome } from '../run/outcome.ts'
import { failsBy } from './confirm.ts'
import { repetitions, type ShrinkOptions, shrink } from './shrink.ts'

const found = Array.from({ length: 50 }, (_, index) =>
  generatePlan({ claims: exampleClaims, site: 'simulated', leans: ['publish-outage'] }, 3, index),
).find((plan) => plan.messages.length >= 25 && plan.faults.some(({ kind }) => kind === 'black-hole'))
if (found === undefined) throw new Error('no plan of the first fifty is what the tests need')

const broken = (plan: Plan, clause = 'delivery/1'): RunOutcome =>
  outcomeOf(plan, { findings: { [clause]: foundTimes(clause, 1, 1) } })
const hasBlackHole = (plan: Plan): boolean => plan.faults.some(({ kind }) => kind === 'black-hole')

function options(execute: Execute, more: Partial<ShrinkOptions> = {}): ShrinkOptions {
  const confirmed = { failed: 1, of: 1 }
  return {
    execute,
    outcome: broken(found as Plan),
    clause: 'delivery/1',
    claims: exampleClaims,
    site: 'simulated',
    confirmed,
    budget: 60_000,
    ...more,
  }
}

describe('shrink', () => {
  test('finds the smallest plan that fails by the same clause', async () => {
    const kept: (boolean | undefined)[] = []
    const execute: Execute = async (plan, how) => {
      kept.push(how?.keepHistory)
      return hasBlackHole(plan) && plan.messages.length >= 2 ? broken(plan) : outcomeOf(plan)
    }
    const { outcome, ended, tried } = await shrink(options(execute))
    expect(ended).toBe('minimal')
    expect(outcome.plan.faults).toHaveLength(1)
    expect(outcome.plan.messages).toHaveLength(2)
    expect(outcome.plan.consumers).toHaveLength(1)
    expect(outcome.plan.nodes).toBe(1)
    expect(failsBy(outcome, 'delivery/1')).toBe(true)
    expect(tried).toBe(kept.length)
    expect(new Set(kept)).toEqual(new Set([true]))
  })

  test('does not slip to another clause, nor to a run that failed by itself', async () => {
    const execute: Execute = async (plan) => {
      if (plan.messages.length > 10 && hasBlackHole(plan)) return broken(plan)
      return plan.messages.length > 5 ? broken(plan, 'ordering/1') : { ...broken(plan), error: 'no broker' }
    }
    const { outcome, ended } = await shrink(options(execute))
    expect(ended).toBe('minimal')
    expect(outcome.plan.messages).toHaveLength(11)
    expect(outcome.findings).toHaveProperty(['delivery/1'])
  })

  test('runs nothing more once its budget is spent, and gives what it has', async () => {
    let runs = 0
    const execute: Execute = async (plan) => {
      runs += 1
      return broken(plan)
    }
    const { outcome, ended } = await shrink(options(execute, { budget: 0 }))
    expect([ended, runs]).toEqual(['budget', 0])
    expect(outcome.plan).toBe(found)
  })

  test('keeps the best so far on abort', async () => {
    const stop = new AbortController()
    const execute: Execute = async (plan) => {
      stop.abort()
      return broken(plan)
    }
    const { outcome, ended, tried } = await shrink(options(execute, { signal: stop.signal }))
    expect([ended, tried]).toEqual(['budget', 1])
    expect(JSON.stringify(outcome.plan).length).toBeLessThan(JSON.stringify(found).length)
  })

  test('leaves a failure alone that did not come again', async () => {
    const execute: Execute = async (plan) => outcomeOf(plan)
    const result = await shrink(options(execute, { confirmed: { failed: 0, of: 5 } }))
    expect([result.ended, result.tried, result.outcome.plan]).toEqual(['not reproduced', 0, found])
  })

  test('tries a plan that fails sometimes more than once', async () => {
    const counts = new Map<string, number>()
    const execute: Execute = async (plan) => {
      const text = JSON.stringify(plan)
      const count = (counts.get(text) ?? 0) + 1
      counts.set(text, count)
      return count === 3 && hasBlackHole(plan) ? broken(plan) : outcomeOf(plan)
    }
    const { outcome } = await shrink(options(execute, { site: 'real', confirmed: { failed: 2, of: 5 } }))
    expect(outcome.plan.messages).toHaveLength(0)
    expect(Math.max(...counts.values())).toBe(3)
    expect(repetitions('simulated', { failed: 1, of: 1 })).toBe(1)
    expect(repetitions('real', { failed: 5, of: 5 })).toBe(3)
  })

  test('rejects when a run rejects', async () => {
    const execute: Execute = async () => {
      throw new Error('a bug of the harness')
    }
    await expect(shrink(options(execute))).rejects.toThrow('a bug of the harness')
  })

  test('takes up a plan that was written by hand', async () => {
    const byHand: Plan = {
      ...found,
      settings: {},
      faults: [{ kind: 'cut', role: 'publish', direction: 'down', at: 37, lasts: 411, amount: 5 }],
      messages: found.messages.map((message, index) => ({ ...message, at: index * 17, key: index })),
    }
    const execute: Execute = async (plan) => (plan.messages.some(({ key }) => key > 3) ? broken(plan) : outcomeOf(plan))
    const { outcome, ended } = await shrink(options(execute, { outcome: broken(byHand) }))
    expect(ended).toBe('minimal')
    expect(outcome.plan.faults).toEqual([])
    expect(outcome.plan.messages).toEqual([expect.objectContaining({ key: 4, at: 0 })])
  })
})
