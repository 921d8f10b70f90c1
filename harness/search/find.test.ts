import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import type { Lean } from '../../spec/clause.ts'
import { exampleClause, foundTimes, outcomeOf } from '../certificate/clauses.case.ts'
import type { Progress } from '../certify-options.ts'
import { createDeadline } from '../deadline.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import type { Plan } from '../plan/plan.ts'
import { createRandom } from '../random.ts'
import type { Execute, RunOutcome } from '../run/outcome.ts'
import { type FindOptions, find } from './find.ts'

const template = generatePlan({ claims: exampleClaims, site: 'simulated', leans: [] }, 1, 1)
const numbered = (seed: number): Plan => ({ ...template, seed })
const clause = exampleClause('delivery/1', { wants: 5 })
const rare = exampleClause('breaker/4', { wants: 3, leans: ['publish-outage', 'calm'] })

/** Generated plans have their index as seed, scenarios 1000 and more. */
function search(judge: (plan: Plan) => Partial<RunOutcome>, more: Partial<FindOptions> = {}, lanes = 3) {
  const ran: number[] = []
  const leans: (readonly Lean[])[] = []
  const random = createRandom(lanes)
  const execute: Execute = async (plan) => {
    ran.push(plan.seed)
    for (let turns = Math.floor(random() * 20); turns > 0; turns--) await Promise.resolve()
    return outcomeOf(plan, judge(plan))
  }
  const generate = (index: number, wanted: readonly Lean[]): Plan => {
    leans[index] = wanted
    return numbered(index)
  }
  const options = {
    lanes: new Array<Execute>(lanes).fill(execute),
    scenarios: [],
    generate,
    clauses: [clause],
    runs: 40,
    ...more,
  }
  return { ran, leans, found: find(options) }
}
const passes = () => ({ findings: { 'delivery/1': foundTimes('delivery/1', 1) } })

describe('find', () => {
  test('runs scenarios first, then as many generated plans as asked for', async () => {
    const { ran, found } = search(passes, { scenarios: [numbered(1000), numbered(1001)], runs: 14 }, 1)
    expect(await found).toMatchObject({ ended: 'enough', failures: [] })
    expect(ran.slice(0, 3)).toEqual([1000, 1001, 0])
    expect(ran).toHaveLength(16)
  })

  test('takes the next generated plan where a scenario leaves room for one', async () => {
    const scenarios = [numbered(1000), null, numbered(1001), null]
    const { ran, found } = search(passes, { scenarios, runs: 14 }, 1)
    expect((await found).ended).toBe('enough')
    expect(ran).toEqual([1000, 0, 1001, ...Array.from({ length: 13 }, (_, index) => index + 1)])
  })

  test('runs the same plans where it does less or more, up to the end of the lesser', async () => {
    const judge = ({ seed }: Plan) => ({ findings: { 'breaker/4': foundTimes('breaker/4', seed % 9 === 8 ? 1 : 0) } })
    const some = { clauses: [{ ...rare, wants: 4 }], scenarios: [numbered(1000), null, numbered(1001)], leanFrom: 20 }
    const [quick, usual, thorough] = [
      search(judge, { ...some, runs: 20, atMost: 12 }, 1),
      search(judge, { ...some, runs: 20 }, 1),
      search(judge, { ...some, runs: 60 }, 1),
    ]
    await Promise.all([quick.found, usual.found, thorough.found])
    const plansOf = ({ ran, leans }: typeof quick): string[] =>
      ran.map((seed) => `${seed} ${(leans[seed] ?? []).join()}`)
    expect([quick.ran.length, usual.ran.length > 22, thorough.ran.length]).toEqual([12, true, 62])
    expect(plansOf(usual).slice(0, 12)).toEqual(plansOf(quick))
    expect(plansOf(thorough).slice(0, usual.ran.length)).toEqual(plansOf(usual))
  })

  test('goes on where most clauses were not judged in the run that failed, until one was that has them judged', async () => {
    const clauses = [clause, rare, exampleClause('retry/1')]
    const broken = foundTimes('delivery/1', 1, 1)
    const whole = { 'breaker/4': foundTimes('breaker/4', 1), 'retry/1': foundTimes('retry/1', 1) }
    const failures = async (judge: Parameters<typeof search>[0]) => {
      const { found } = search(judge, { clauses, runs: 200 }, 1)
      const { failures, tally, ended } = await found
      return { ended, runs: tally.runs, failed: failures.map(({ clause, outcome }) => [clause, outcome.plan.seed]) }
    }
    const silentAt =
      (at: number, later: number) =>
      ({ seed }: Plan) => {
        if (seed === at) return { findings: { 'delivery/1': broken } }
        if (seed === later) return { findings: { ...whole, 'retry/1': foundTimes('retry/1', 1, 1) } }
        return { findings: { ...whole, 'delivery/1': foundTimes('delivery/1', 1) } }
      }
    expect(await failures(silentAt(3, 20))).toEqual({
      ended: 'failed',
      runs: 21,
      failed: [
        ['delivery/1', 3],
        ['retry/1', 20],
      ],
    })
    expect(await failures(silentAt(3, 190))).toEqual({ ended: 'failed', runs: 52, failed: [['delivery/1', 3]] })
    const spoken = ({ seed }: Plan) => ({
      findings: { ...whole, 'delivery/1': seed === 3 ? broken : foundTimes('delivery/1', 1) },
    })
    expect(await failures(spoken)).toMatchObject({ runs: 4 })
  })

  test('ends when runs together show what none of them does', async () => {
    const constant = { occasions: 600, violations: [], samples: { 'publish waits': [0, 600, 0, 0, 0, 0, 0, 0] } }
    const jitter = exampleClause('retry/3')
    for (const bail of [true, ['retry/3']]) {
      const { found } = search(() => ({ findings: { 'retry/3': constant } }), { clauses: [jitter], bail }, 1)
      const { tally, failures, ended } = await found
      expect([ended, tally.runs, failures]).toEqual(['failed', 2, []])
    }
  })

  test('goes on while a clause is short, up to three times as many, and no longer', async () => {
    const never = search(passes, { clauses: [clause, rare], runs: 10 })
    expect((await never.found).tally.runs).toBe(30)
    const late = search(
      ({ seed }) => (seed >= 12 ? { findings: { 'breaker/4': foundTimes('breaker/4', 1) } } : passes()),
      {
        clauses: [clause, rare],
        runs: 10,
      },
    )
    const { tally, ended } = await late.found
    expect(ended).toBe('enough')
    expect(tally.runs).toBeGreaterThanOrEqual(15)
    expect(tally.runs).toBeLessThan(30)
  })

  test('goes back to the plan that met most of what is still short, with other seeds', async () => {
    const judge = ({ seed }: Plan) =>
      seed === 1000 || seed > 2000 ? { findings: { 'delivery/1': foundTimes('delivery/1', 4) } } : {}
    const wanting = (wants: number) =>
      search(judge, { clauses: [exampleClause('delivery/1', { wants })], scenarios: [numbered(1000)], runs: 15 })
    const { ran, found } = wanting(13)
    expect((await found).tally.clause('delivery/1').occasions).toBeGreaterThanOrEqual(13)
    const again = ran.filter((seed) => seed > 2000)
    expect(again.length).toBeGreaterThanOrEqual(3)
    expect(new Set(again).size).toBe(again.length)
    // Not where it met too few of them to help.
    const few = wanting(81)
    expect((await few.found).ended).toBe('enough')
    expect(few.ran.filter((seed) => seed > 2000)).toEqual([])
  })

  test('leans to what is short, every other time at first', async () => {
    const { leans, found } = search(passes, { clauses: [clause, rare], runs: 40 })
    await found
    expect(leans.slice(16, 40).filter((lean) => lean.length === 0)).toHaveLength(12)
    expect(leans.slice(40)).toEqual(new Array(40).fill([['publish-outage'], ['calm']]).flat())
  })

  test('runs the same plans with the same leans, however many lanes there are', async () => {
    const judge = ({ seed }: Plan) => ({
      findings: {
        'delivery/1': foundTimes('delivery/1', seed % 5 === 0 ? 1 : 0),
        'breaker/4': foundTimes('breaker/4', seed % 31 === 30 ? 1 : 0),
      },
    })
    const searches = [1, 2, 5, 20].map((lanes) => search(judge, { clauses: [clause, rare], runs: 40 }, lanes))
    const tallies = await Promise.all(searches.map(async ({ found }) => (await found).tally.runs))
    expect(new Set(tallies).size).toBe(1)
    for (const { leans, ran } of searches) {
      expect(leans).toEqual(searches[0]?.leans)
      expect(ran).toHaveLength(tallies[0] ?? 0)
      expect(ran.toSorted((a, b) => a - b)).toEqual(searches[0]?.ran.toSorted((a, b) => a - b))
    }
  })

  test('stops at the first failing plan, by its place and not by its speed', async () => {
    const judge = ({ seed }: Plan) =>
      seed === 6 || seed === 7 ? { findings: { 'delivery/1': foundTimes('delivery/1', 1, 1) } } : passes()
    for (const lanes of [1, 2, 5]) {
      const { ended, failures, tally } = await search(judge, {}, lanes).found
      expect(ended).toBe('failed')
      expect(failures.map((one) => [one.clause, one.outcome.plan.seed])).toEqual([['delivery/1', 6]])
      expect(tally.runs).toBe(7)
    }
  })

  test('keeps the first failure of each clause and goes on without bail', async () => {
    const broken = (id: string) => ({ findings: { [id]: foundTimes(id, 1, 1) } })
    const judge = ({ seed }: Plan) =>
      seed === 3 || seed === 9 ? broken('breaker/4') : seed === 8 ? broken('delivery/1') : passes()
    const { ended, failures, tally } = await search(judge, { bail: false, clauses: [clause, rare], runs: 10 }).found
    expect(ended).toBe('enough')
    expect(failures.map((one) => [one.clause, one.outcome.plan.seed])).toEqual([
      ['breaker/4', 3],
      ['delivery/1', 8],
    ])
    expect(tally.runs).toBeGreaterThanOrEqual(10)
  })

  test('does not fail by a clause that is not judged', async () => {
    const judge = () => ({
      findings: { 'delivery/1': foundTimes('delivery/1', 1), 'retry/1': foundTimes('retry/1', 1, 1) },
    })
    expect(await search(judge).found).toMatchObject({ ended: 'enough', failures: [] })
  })

  test('stops when harness or site fails, and says so', async () => {
    const { ended, tally } = await search(({ seed }) => (seed === 4 ? { error: 'no broker' } : passes())).found
    expect([ended, tally.error, tally.runs]).toEqual(['error', 'no broker', 4])
  })

  test('runs some plans twice, and stops with an error where they leave two histories', async () => {
    let time = 0
    const history = () => ({ header: { prefix: '' } as never, events: [{ type: 'end', at: time++ } as const] })
    const { found, ran } = search(
      () => ({ ...passes(), history: history() }),
      { isRunTwice: (index) => index === 3 },
      1,
    )
    const { ended, tally, diverged, failures } = await found
    expect(ran).toEqual([0, 1, 2, 3, 3])
    expect([ended, tally.runs, failures, diverged?.plan.seed]).toEqual(['error', 3, [], 3])
    expect(tally.error).toMatch(/^the same plan produced two histories in virtual time/)
    time = 0
    const same = search(() => ({ ...passes(), history: { ...history(), events: [] } }), {
      isRunTwice: () => true,
      runs: 8,
    })
    expect([(await same.found).ended, (await same.found).tally.runs, same.ran.length]).toEqual(['enough', 8, 16])
  })

  test('rejects when a lane does, once all lanes are quiet', async () => {
    const { ran, found } = search(({ seed }) => {
      if (seed === 4) throw new Error('a bug of the harness')
      return passes()
    })
    await expect(found).rejects.toThrow('a bug of the harness')
    expect(ran.length).toBeLessThan(10)
  })

  test('keeps what has failed by then when a lane rejects', async () => {
    const { found } = search(
      ({ seed }) => {
        if (seed === 4) throw new Error('a bug of the harness')
        return seed === 1 ? { findings: { 'delivery/1': foundTimes('delivery/1', 1, 1) } } : passes()
      },
      { bail: false },
    )
    const { failures, tally, ended } = await found
    expect([failures.map(({ clause }) => clause), tally.error, ended]).toEqual([
      ['delivery/1'],
      'a bug of the harness',
      'error',
    ])
  })

  test('begins no run once the time is up', async () => {
    using deadline = createDeadline(0)
    await once(deadline.signal, 'abort')
    const { ended, tally } = await search(passes, { signal: deadline.signal }).found
    expect([ended, tally.runs]).toEqual(['time', 0])
  })

  test('ends what runs when the time is up, and counts only what came to its end all the same', async () => {
    using deadline = createDeadline(20)
    const broken = { findings: { 'delivery/1': foundTimes('delivery/1', 1, 1) } }
    const obeys: Execute = (plan, options) =>
      new Promise((resolve) => {
        options?.signal?.addEventListener('abort', () => resolve(outcomeOf(plan, { error: 'interrupted' })))
      })
    const ends: Execute = (plan, options) =>
      new Promise((resolve) => {
        options?.signal?.addEventListener('abort', () => resolve(outcomeOf(plan, broken)))
      })
    const late = await find({
      lanes: [obeys, ends],
      scenarios: [],
      generate: numbered,
      clauses: [clause],
      runs: 4,
      signal: deadline.signal,
      bail: false,
    })
    expect([late.ended, late.tally.runs, late.tally.error, late.failures.length]).toEqual(['time', 1, null, 1])
  })

  test('stops on abort and hands the signal to what runs', async () => {
    const stop = new AbortController()
    let told = 0
    const execute: Execute = (plan, options) =>
      new Promise((resolve) => {
        options?.signal?.addEventListener('abort', () => {
          told += 1
          resolve(outcomeOf(plan, { error: 'aborted' }))
        })
      })
    const found = find({
      lanes: [execute, execute],
      scenarios: [],
      generate: numbered,
      clauses: [clause],
      runs: 4,
      signal: stop.signal,
    })
    setTimeout(() => stop.abort(), 5)
    expect(await found).toMatchObject({ ended: 'aborted', failures: [] })
    expect(told).toBe(2)
    expect((await found).tally.error).toBeNull()
  })

  test('tells how far it is', async () => {
    const seen: Progress[] = []
    await search(passes, { runs: 16, onProgress: (progress) => seen.push(progress) }).found
    expect(seen.map(({ runs }) => runs)).toEqual(Array.from({ length: 17 }, (_, index) => index))
    expect(seen[0]).toMatchObject({ phase: 'running', wanted: 16, events: 0, remainingMs: null })
    expect(seen[1]).toMatchObject({ phase: 'running', wanted: 16, events: 10, short: ['delivery/1'] })
    expect(seen.at(-1)).toMatchObject({ wanted: 16, remainingMs: 0, short: [] })
  })
})
