import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { settableFigures } from '../claims.ts'
import { UsageError } from '../errors.ts'
import { OUTAGE_KINDS } from '../faults.ts'
import { allClaims, everyClaim, rateBreaker } from './claims.case.ts'
import { fitPlan } from './fit.ts'
import { storedPlanArbitrary } from './generate.ts'
import { trafficEnds } from './plans.case.ts'
import { SCENARIO_ORDER } from './scenario-order.ts'
import { loadScenarios, mixed, planIn, sortScenarios } from './scenarios.ts'

/** Statistics over many waits take their time, and so do outages that are long enough to be told of on real clocks. */
const LONG: ReadonlySet<string> = new Set(['Many callers in outages', 'Health in outages'])

/** The same with a breaker by failure rate, and types of messages. */
const { envelope, dispatch } = everyClaim
const rateClaims = { ...allClaims, envelope, dispatch, breaker: { ...rateBreaker, manual: true } } as const

const scenarios = await loadScenarios(new URL('../../scenarios/', import.meta.url))

test('scenarios come in their order, each of them once', () => {
  expect(scenarios.map(({ name }) => name)).toEqual(SCENARIO_ORDER)
})

test('generated plans come in between, as many as there may be', () => {
  const plans = scenarios.slice(0, 9).map(({ plan }) => plan)
  const places = (most: number): number[] => mixed(plans, most).flatMap((plan, index) => (plan === null ? [index] : []))
  expect([places(400), places(1), places(0)]).toEqual([[4, 9], [4], []])
  expect(mixed(plans, 400).filter((plan) => plan !== null)).toEqual(plans)
})

describe('the named scenarios', () => {
  test('have names of their own', () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(9)
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length)
  })

  test.each(scenarios)('$name runs on any site: soon over, with time-outs of 300 ms or more', ({ name, plan }) => {
    // A server must count as gone before another replaces it.
    expect(trafficEnds(plan)).toBeLessThanOrEqual(LONG.has(name) ? 10_000 : plan.outages.length === 0 ? 2500 : 6000)
    expect(plan.messages.length).toBeGreaterThanOrEqual(6)
    for (const figure of ['publish.timeout', 'breaker.reset', 'consume.session']) {
      // What a plan does not set is what the adapter claims.
      expect(plan.settings[figure] ?? Infinity).toBeGreaterThanOrEqual(300)
    }
  })

  test.each(scenarios)('$name sets only figures that claims know, and shrinks once it is fitted', ({ plan }) => {
    const known = [...settableFigures(allClaims).keys(), ...settableFigures(rateClaims).keys()]
    expect(Object.keys(plan.settings).filter((path) => !known.includes(path))).toEqual([])
    const shape = { claims: allClaims, site: 'real', leans: [] } as const
    expect(storedPlanArbitrary(shape).canShrinkWithoutContext(fitPlan(plan, allClaims))).toBe(true)
  })

  test('are left out where their faults cannot happen, and that is told', () => {
    const names = scenarios.filter(({ plan }) => plan.outages.length > 0).map(({ name }) => name)
    expect(names.toSorted()).toEqual([
      'Broker comes back without its disk',
      'Broker cut off',
      'Broker paused, then killed',
      'Leader moves in traffic',
      'Server freezes while half-open',
      'Server restarts in a rebalance',
      'Wall clock steps',
    ])
    const all = sortScenarios(scenarios, { claims: rateClaims, outages: OUTAGE_KINDS })
    expect(all).toEqual({ able: scenarios.map(({ plan }) => plan), unable: [] })
    const some = sortScenarios(scenarios, { claims: rateClaims, outages: ['pause', 'restart'] })
    expect(some.able).toHaveLength(scenarios.length - 4)
    expect(some.unable.toSorted()).toEqual([
      'Scenario not run: Broker comes back without its disk (no restart of a server without its disk here).',
      'Scenario not run: Broker cut off (no isolation of a server here).',
      'Scenario not run: Leader moves in traffic (no move of leaders here).',
      'Scenario not run: Wall clock steps (no step of the wall clock here).',
    ])
    const passing = { ...allClaims, envelope, dispatch, timeToLive: { header: 'lives' } }
    expect(sortScenarios(scenarios, { claims: passing, outages: OUTAGE_KINDS }).unable.toSorted()).toEqual([
      'Scenario not run: Failures leave the window (no breaker by failure rate claimed).',
      'Scenario not run: Wall clock steps (messages live by the wall clock).',
    ])
  })

  test('whose faults need a network are told of together, where the bus crosses none', () => {
    const can = { claims: allClaims, outages: [], lacks: { network: 'it is one process' } }
    const { able, unable } = sortScenarios(scenarios, can)
    const left = scenarios.length - able.length
    expect(left).toBeGreaterThan(30)
    expect(unable).toEqual([
      `Scenarios not run: ${left}, whose faults need a network (the bus crosses no network: it is one process).`,
    ])
    for (const { faults, outages, kills } of able) expect([faults, outages, kills]).toEqual([[], [], []])
  })

  test('can be read as plans, as bare plans can', () => {
    const [scenario] = scenarios
    const inFile = planIn(JSON.stringify(scenario), 'a.json')
    expect(inFile).toEqual(scenario?.plan)
    expect(planIn(JSON.stringify(inFile), 'a.json')).toEqual(inFile)
    expect(() => planIn('{"plan": 1}', 'a.json')).toThrow(/a\.json: name: /)
    expect(() => planIn('{"version": 9}', 'a.json')).toThrow(/a\.json: version: /)
  })

  test('say which file is wrong, and where', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'busproof-scenarios-'))
    const write = (text: string): Promise<void> => writeFile(join(folder, 'odd.json'), text)
    const load = () => loadScenarios(pathToFileURL(folder))
    try {
      await write('{')
      await expect(load()).rejects.toThrow(/\/odd\.json: not JSON/)
      await write(JSON.stringify({ name: 'odd', plan: {} }))
      await expect(load()).rejects.toThrow(/\/odd\.json: text: /)
      await write(JSON.stringify({ name: 'odd', text: 'odd', plan: { version: 1 } }))
      await expect(load()).rejects.toThrow(UsageError)
      await expect(load()).rejects.toThrow(/\/odd\.json: seed: /)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
