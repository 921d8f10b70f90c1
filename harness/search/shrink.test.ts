import { describe, expect, test } from 'vitest'
import { foundTimes, outcomeOf } from '../certificate/clauses.case.ts'
import { exampleClaims, queueClaims } from '../plan/claims.case.ts'
import { hasEarlyConsumer } from '../plan/consumers.ts'
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
    let last: RunOutcome | null = null
    const execute: Execute = async (plan, how) => {
      kept.push(how?.keepHistory)
      last = hasBlackHole(plan) && plan.messages.length >= 2 ? broken(plan) : outcomeOf(plan)
      return last
    }
    const { outcome, ended, tried } = await shrink(options(execute))
    expect(ended).toBe('minimal')
    expect(outcome.plan.faults).toHaveLength(1)
    expect(outcome.plan.messages).toHaveLength(2)
    expect(outcome.plan.consumers).toHaveLength(1)
    expect(outcome.plan.nodes).toBe(1)
    expect(failsBy(outcome, 'delivery/1')).toBe(true)
    // Once more at the end, for a history that tells all there is to tell.
    expect(outcome).toBe(last)
    expect(tried).toBe(kept.length - 1)
    expect(kept.map((keep) => keep === true)).toEqual(kept.map((_, index) => index === tried))
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
      return count % 3 === 0 && hasBlackHole(plan) ? broken(plan) : outcomeOf(plan)
    }
    const { outcome } = await shrink(options(execute, { site: 'real', confirmed: { failed: 2, of: 5 } }))
    expect(outcome.plan.messages).toHaveLength(0)
    // Two failures at the third and sixth run; a plan that does not fail is left after five.
    expect(new Set(counts.values())).toEqual(new Set([5, 6]))
  })

  test('takes no plan on real clocks that fails only once', async () => {
    const seen = new Set<string>()
    const execute: Execute = async (plan) => {
      const text = JSON.stringify(plan)
      const isFirst = !seen.has(text)
      seen.add(text)
      return isFirst || (hasBlackHole(plan) && plan.messages.length > 0) ? broken(plan) : outcomeOf(plan)
    }
    const { outcome } = await shrink(options(execute, { site: 'real', confirmed: { failed: 5, of: 5 } }))
    expect(outcome.plan.messages).toHaveLength(1)
    expect(hasBlackHole(outcome.plan)).toBe(true)
  })

  test('tries a plan as often as it takes to be sure at the observed rate, and at most five times', () => {
    const real = [5, 4, 3, 2, 1].map((failed) => repetitions('real', { failed, of: 5 }))
    expect(real).toEqual([1, 2, 4, 5, 5])
    expect(repetitions('simulated', { failed: 1, of: 1 })).toBe(1)
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

describe('the ways to make a plan smaller', () => {
  const fault = { kind: 'refuse', role: 'publish', direction: 'down', at: 0, lasts: 100, amount: 0 } as const
  const message = found.messages[0]
  if (message === undefined) throw new Error('the plan has no message')
  const start: Plan = {
    ...found,
    faults: [],
    closes: [],
    kills: [],
    outages: [],
    cycles: 0,
    uses: 0,
    topics: [{ partitions: 3 }],
  }
  const failIf =
    (fails: (plan: Plan) => boolean, tried: Plan[] = []): Execute =>
    async (plan) => {
      tried.push(plan)
      return fails(plan) ? broken(plan) : outcomeOf(plan)
    }
  const smallestOf = async (plan: Plan, execute: Execute, more: Partial<ShrinkOptions> = {}): Promise<Plan> =>
    (await shrink(options(execute, { outcome: broken(plan), ...more }))).outcome.plan

  test.each([
    ['the message that the violation is about', ''],
    ['the message whose redriven copy it is about', '~redriven'],
  ])('%s is tried before all else', async (_name, suffix) => {
    const tried: Plan[] = []
    const body = (plan: Plan) => plan.messages.findIndex((one) => one.body === 'json')
    const naming = (plan: Plan): RunOutcome => {
      const finding = foundTimes('delivery/1', 1, 1)
      const violations = finding.violations.map((one) => ({ ...one, ops: [`m${body(plan)}${suffix}`] }))
      return outcomeOf(plan, { findings: { 'delivery/1': { ...finding, violations } } })
    }
    const messages = start.messages.map((one, index) => ({ ...one, body: index === 17 ? 'json' : 'text' }) as const)
    const execute: Execute = async (plan) => {
      tried.push(plan)
      return body(plan) >= 0 ? naming(plan) : outcomeOf(plan)
    }
    await shrink(options(execute, { outcome: naming({ ...start, messages }) }))
    expect(tried.slice(0, 2).map((plan) => plan.messages.length)).toEqual([0, 1])
  })

  test('a message that the violation is about is published later where it was late behind others', async () => {
    const messages = Array.from(
      { length: 30 },
      (_, index) => ({ ...message, at: index, outcome: { kind: 'ok' } }) as const,
    )
    const naming = (plan: Plan): RunOutcome => {
      const finding = foundTimes('delivery/1', 1, 1)
      const op = `m${plan.messages.length - 1}`
      return outcomeOf(plan, {
        findings: {
          'delivery/1': {
            ...finding,
            violations: finding.violations.map((one) => ({ ...one, op, ops: [op], at: 506.2 })),
          },
        },
      })
    }
    // Each of them takes 20 ms.
    const execute: Execute = async (plan) =>
      20 * plan.messages.length + (plan.messages.at(-1)?.at ?? 0) > 500 ? naming(plan) : outcomeOf(plan)
    expect(
      await smallestOf({ ...start, messages }, execute, { outcome: naming({ ...start, messages }) }),
    ).toMatchObject({
      messages: [{ key: 0 }],
    })
  })

  test('a setting is changed where fewer messages are enough then', async () => {
    const messages = Array.from({ length: 40 }, () => message)
    const settings = { ...start.settings, 'degradation.capacity': 8 }
    const more = failIf((plan) => plan.messages.length > 4 * (plan.settings['degradation.capacity'] ?? 8))
    const plan = await smallestOf({ ...start, messages, settings }, more, { claims: queueClaims })
    expect(plan.messages).toHaveLength(5)
    expect(plan.settings).toMatchObject({ 'degradation.capacity': 1 })
  })

  test('a setting is changed also in a plan that is small already', async () => {
    const settings = { ...start.settings, 'breaker.trip.failures': 3 }
    const early = start.consumers.filter((one) => hasEarlyConsumer([one])).slice(0, 1)
    const small = { ...start, consumers: early, nodes: 1, settings }
    const enough = failIf((plan) => plan.messages.length >= (plan.settings['breaker.trip.failures'] ?? 0))
    const plan = await smallestOf({ ...small, messages: [message, message, message] }, enough)
    expect(plan.messages).toHaveLength(1)
    expect(plan.settings).toMatchObject({ 'breaker.trip.failures': 1 })
  })

  test('a change that lets nothing else go is taken back', async () => {
    const messages = [message, message].map((one) => ({ ...one, outcome: { kind: 'slow', ms: 200 } }) as const)
    const both = failIf((plan) => plan.messages.filter(({ outcome }) => outcome.kind !== 'ok').length === 2)
    const slow = { outcome: { kind: 'slow', ms: 10 } }
    expect(await smallestOf({ ...start, messages }, both)).toMatchObject({ messages: [slow, slow] })
  })

  test('an abort stands for a fault', async () => {
    const withBoth = failIf(
      (plan) => plan.messages.length > 0 && (plan.faults.length > 0 || plan.messages[0]?.abortAfter === 0),
    )
    expect(await smallestOf({ ...start, faults: [fault] }, withBoth)).toMatchObject({
      faults: [],
      messages: [{ abortAfter: 0 }],
    })
  })

  test('two faults become one that lasts from the first to the second', async () => {
    const faults = [300, 400].map((at) => ({ ...fault, at }))
    const isCut = (plan: Plan, ms: number) => plan.faults.some(({ at, lasts }) => at <= ms && ms < at + lasts)
    const late = failIf((plan) => !isCut(plan, 100) && isCut(plan, 350) && isCut(plan, 450))
    expect((await smallestOf({ ...start, faults }, late)).faults).toHaveLength(1)
  })

  test('two entries that only need each other go together', async () => {
    const kills = [{ node: 0, at: 100 }]
    const closes = [{ node: 0, at: 100, calls: 1 }]
    const paired = failIf((plan) => plan.kills.length === 1 && plan.faults.length === plan.closes.length)
    expect(await smallestOf({ ...start, kills, closes, faults: [fault] }, paired)).toMatchObject({
      faults: [],
      closes: [],
    })
  })

  test('nothing is tried twice', async () => {
    const tried: Plan[] = []
    await smallestOf(
      found,
      failIf((plan) => plan.messages.length >= 3 && hasBlackHole(plan), tried),
    )
    const texts = tried.slice(0, -1).map((plan) => JSON.stringify(plan))
    expect(new Set(texts).size).toBe(texts.length)
  })
})
