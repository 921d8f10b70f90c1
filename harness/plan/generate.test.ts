import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Claims, fixed, resolveClaims, settable, settableFigures } from '../claims.ts'
import { FAULT_KINDS, OUTAGE_KINDS } from '../faults.ts'
import { byHandClaims, exampleClaims, poisonClaims, writingClaims } from './claims.case.ts'
import { hasEarlyConsumer } from './consumers.ts'
import { generatePlan, planArbitrary, storedPlanArbitrary } from './generate.ts'
import { parsePlan } from './parse.ts'
import type { Plan, PlannedFault } from './plan.ts'
import { neverSucceeds, trafficEnds } from './plans.case.ts'
import type { PlanShape } from './shape.ts'
import { planSize } from './size.ts'

const shape: PlanShape = { claims: exampleClaims, site: 'simulated', leans: [] }
const plans = (of: PlanShape, count: number): Plan[] =>
  Array.from({ length: count }, (_, index) => generatePlan(of, 7, index))
const share = <T>(values: readonly T[], holds: (value: T) => boolean): number =>
  values.filter(holds).length / values.length

/** Whether traffic that the fault's role carries is under way while it lasts. */
function hitsTraffic(plan: Plan, fault: PlannedFault): boolean {
  const published = plan.messages.filter((message) => message.at >= fault.at && message.at <= fault.at + fault.lasts)
  if (fault.role === 'dead-letter') return published.some(({ outcome }) => neverSucceeds(outcome))
  if (fault.role === 'consume') {
    return published.some(({ topic }) =>
      plan.consumers.some((one) => one.topic % plan.topics.length === topic % plan.topics.length),
    )
  }
  return published.length > 0
}

const withoutLists = { ...exampleClaims, messages: { tombstones: false, repeatedHeaders: false, maxBytes: 10 } }
const { deadLetter: _deadLetter, ...modest }: Claims = withoutLists

describe('generated plans', () => {
  const many = plans(shape, 500)

  test('are always the same for one seed and index, and differ by both', () => {
    expect(generatePlan(shape, 7, 3)).toEqual(many[3])
    expect(generatePlan(shape, 8, 3)).not.toEqual(many[3])
    expect(many[4]).not.toEqual(many[3])
  })

  test('are valid plans as JSON', () => {
    for (const plan of many) expect(parsePlan(JSON.parse(JSON.stringify(plan)), 'generated')).toEqual(plan)
  })

  test('have about 19 messages in the mean, and stay inside their bounds', () => {
    const mean = many.reduce((sum, plan) => sum + plan.messages.length, 0) / many.length
    expect(mean).toBeGreaterThan(15)
    expect(mean).toBeLessThan(25)
    for (const plan of many) {
      expect(plan.faults.length).toBeLessThanOrEqual(4)
      expect(planSize(plan).messages).toBeLessThanOrEqual(40)
      expect(hasEarlyConsumer(plan.consumers)).toBe(true)
      expect(trafficEnds(plan)).toBeLessThanOrEqual(2700)
    }
  })

  test('have, where they have faults, one while the traffic that it can hit is under way, six times in ten or more', () => {
    const faulty = many.filter((plan) => plan.faults.length > 0)
    expect(faulty.length).toBeGreaterThan(300)
    expect(share(faulty, (plan) => plan.faults.some((fault) => hitsTraffic(plan, fault)))).toBeGreaterThan(0.6)
  })

  test('leave something out each, and miss nothing together', () => {
    const kinds = many.map((plan) => new Set(plan.faults.map(({ kind }) => kind)))
    expect(new Set(kinds.flatMap((set) => [...set])).size).toBe(FAULT_KINDS.length)
    const outcomes = many.map((plan) => new Set(plan.messages.map(({ outcome }) => outcome.kind)))
    expect(share(outcomes, (set) => set.size < 5)).toBeGreaterThan(0.5)
    expect(new Set(outcomes.flatMap((set) => [...set])).size).toBe(5)
  })

  test('give every settable figure a value in its range that agrees with the others', () => {
    for (const { settings } of [...many, ...plans({ ...shape, site: 'real' }, 100)]) {
      for (const [path, { min, max }] of settableFigures(exampleClaims)) {
        expect(settings[path]).toBeGreaterThanOrEqual(min)
        expect(settings[path]).toBeLessThanOrEqual(max)
      }
      const { publish, retry, close } = resolveClaims(exampleClaims, settings)
      if (retry === undefined) throw new Error('the example claims retries')
      const waits = retry.retries * retry.cap * retry.jitter.high
      expect(publish.deadline).toBeGreaterThanOrEqual((1 + retry.retries) * publish.timeout + waits)
      expect(retry.cap).toBeGreaterThanOrEqual(retry.base)
      expect(close.deadline).toBeGreaterThanOrEqual(publish.timeout)
    }
  })

  test('give figures that cannot be small such values that they still agree', () => {
    const slow: Claims = {
      ...exampleClaims,
      publish: { timeout: { fixed: 2000 }, deadline: settable(60_000, 1000, 120_000) },
    }
    for (const plan of plans({ ...shape, claims: slow }, 20))
      expect(plan.settings['publish.deadline']).toBeGreaterThanOrEqual(8000)
  })

  test('have faults that outlast a fixed time-out, unless that would take very long', () => {
    const lasting = (timeout: number, site: PlanShape['site']): number => {
      const publish = { timeout: fixed(timeout), deadline: fixed(10 * timeout) }
      const some = plans({ ...shape, site, claims: { ...exampleClaims, publish } }, 100)
      return share(some, ({ faults }) => faults.some(({ lasts }) => lasts > timeout))
    }
    for (const site of ['simulated', 'real'] as const) {
      expect(lasting(2_000, site)).toBeGreaterThan(0.1)
      expect(lasting(60_000, site)).toBe(0)
    }
  })

  test('hold nothing that is not claimed', () => {
    for (const plan of plans({ ...shape, claims: modest }, 100)) {
      expect(plan.messages.filter(({ body }) => body === 'tombstone')).toEqual([])
      for (const { headers } of plan.messages)
        if (headers !== 'text') expect(new Set(headers.map(({ name }) => name)).size).toBe(headers.length)
      expect(plan.messages.filter(({ outcome }) => neverSucceeds(outcome))).toEqual([])
      expect(plan.faults.filter(({ role }) => role === 'dead-letter')).toEqual([])
    }
  })

  test('write rows, and roll some back, only where that is claimed', () => {
    const rows = plans({ ...shape, claims: writingClaims }, 50).flatMap(({ messages }) =>
      messages.map(({ row }) => row),
    )
    expect(new Set(rows)).toEqual(new Set([null, 'commit', 'rollback']))
    expect(many.flatMap(({ messages }) => messages).some((message) => 'row' in message)).toBe(false)
  })

  test('are over after a second and a half on the real site', () => {
    for (const plan of plans({ ...shape, site: 'real' }, 200)) {
      expect(trafficEnds(plan)).toBeLessThanOrEqual(1500)
      expect(plan.settings['publish.timeout']).toBeGreaterThanOrEqual(300)
    }
  })

  test('have outages of servers only of kinds that they can have, one a plan', () => {
    expect(many.filter(({ outages }) => outages.length > 0)).toEqual([])
    const able: PlanShape = { ...shape, site: 'real', outages: ['pause', 'restart'] }
    const struck = plans(able, 200).filter(({ outages }) => outages.length > 0)
    expect(struck.length).toBeGreaterThan(20)
    expect(new Set(struck.flatMap(({ outages }) => outages.map(({ kind }) => kind)))).toEqual(
      new Set(['pause', 'restart']),
    )
    for (const plan of struck) {
      expect(plan.outages).toHaveLength(1)
      // No other server can lead in place of the only one.
      expect(trafficEnds(plan)).toBeLessThanOrEqual(1500)
    }
  })

  test('cut a server off for so long that others lead in its place, and publish meanwhile', () => {
    const cutOff = plans({ ...shape, site: 'real', outages: ['isolate'] }, 200).filter(
      (plan) => plan.outages.length > 0,
    )
    expect(cutOff.length).toBeGreaterThan(20)
    for (const { outages } of cutOff) expect(outages[0]?.lasts).toBeGreaterThan(4000)
    expect(share(cutOff, ({ messages }) => messages.some(({ at }) => at >= 4000))).toBeGreaterThan(0.6)
    for (const plan of cutOff) expect(trafficEnds(plan)).toBeLessThanOrEqual(6500)
  })

  test('come from an arbitrary that can be sampled as a whole', () => {
    for (const plan of fc.sample(planArbitrary(shape), { numRuns: 50, seed: 1 })) {
      expect(storedPlanArbitrary(shape).canShrinkWithoutContext(plan)).toBe(true)
    }
  })
})

test('a breaker that can be operated by hand changes nothing else in a plan', () => {
  const forced = plans({ ...shape, claims: byHandClaims }, 60)
  expect(share(forced, ({ forces = [] }) => forces.length > 0)).toBeGreaterThan(0.05)
  expect(forced.map(({ forces: _, ...plan }) => plan)).toEqual(plans(shape, 60))
  for (const plan of forced) {
    expect(storedPlanArbitrary({ ...shape, claims: byHandClaims }).canShrinkWithoutContext(plan)).toBe(true)
  }
})

test('what cannot be read changes nothing else of a plan', () => {
  const poisoned = { ...shape, claims: poisonClaims }
  const some = plans(poisoned, 60)
  expect(share(some, ({ poisons = [] }) => poisons.length > 0)).toBeGreaterThan(0.05)
  expect(some.map(({ poisons: _, ...plan }) => plan)).toEqual(plans(shape, 60))
  for (const plan of some) {
    expect(storedPlanArbitrary(poisoned).canShrinkWithoutContext(plan)).toBe(true)
    expect(parsePlan(JSON.parse(JSON.stringify(plan)), 'generated')).toEqual(plan)
  }
  const failing = plans({ ...poisoned, leans: ['handler-failure'] }, 60)
  expect(share(failing, ({ poisons = [] }) => poisons.length > 0)).toBe(1)
})

describe('leaning plans', () => {
  const leaning = (lean: PlanShape['leans'][number]): Plan[] => plans({ ...shape, leans: [lean] }, 60)

  test.each([
    ['publish-outage', 'publish'],
    ['consume-outage', 'consume'],
    ['dead-letter-outage', 'dead-letter'],
  ] as const)('%s hits the traffic of its role nearly always', (lean, role) => {
    const hit = (plan: Plan): boolean => plan.faults.some((fault) => fault.role === role && hitsTraffic(plan, fault))
    expect(share(leaning(lean), hit)).toBeGreaterThan(0.9)
  })

  test('publish-outage leaves time for the breaker to trip, to probe and to close', () => {
    const enough = (plan: Plan): boolean => {
      const [fault] = plan.faults
      if (fault === undefined) return false
      const during = plan.messages.filter(({ at }) => at >= fault.at && at <= fault.at + fault.lasts)
      return (
        during.length >= (plan.settings['breaker.trip.failures'] ?? 0) &&
        fault.lasts > (plan.settings['breaker.reset'] ?? 0)
      )
    }
    expect(share(leaning('publish-outage'), enough)).toBeGreaterThan(0.9)
  })

  test('retries has long waits, and a breaker that leaves time for them', () => {
    const isLong = ({ settings }: Plan): boolean =>
      (settings['retry.base'] ?? 0) >= 100 && (settings['breaker.trip.failures'] ?? 0) >= 20
    expect(share(leaning('retries'), isLong)).toBe(1)
    expect(share(leaning('publish-outage'), isLong)).toBe(0)
  })

  test('handler-failure, group-churn and close-in-traffic bring what they are named for', () => {
    const rejects = (plan: Plan): boolean => plan.messages.filter(({ outcome }) => neverSucceeds(outcome)).length >= 2
    expect(share(leaning('handler-failure'), rejects)).toBeGreaterThan(0.8)
    const churns = (plan: Plan): boolean => plan.consumers.some(({ joinAt, leaveAt }) => joinAt > 0 || leaveAt !== null)
    expect(share(leaning('group-churn'), churns)).toBeGreaterThan(0.9)
    expect(share(leaning('close-in-traffic'), (plan) => plan.closes.length > 0)).toBe(1)
  })

  test('breaker-by-hand operates breakers by hand, and nothing does so without the claim', () => {
    const byHand: PlanShape = { ...shape, claims: byHandClaims, leans: ['breaker-by-hand'] }
    const forced = plans(byHand, 200)
    expect(share(forced, ({ forces = [] }) => forces.length > 0)).toBe(1)
    expect(share(forced, ({ forces = [] }) => forces.some(({ isolated }) => isolated !== null))).toBeGreaterThan(0.5)
    for (const plan of forced) expect(parsePlan(JSON.parse(JSON.stringify(plan)), 'generated')).toEqual(plan)
    expect(share(leaning('breaker-by-hand'), (plan) => !('forces' in plan))).toBe(1)
  })

  test('bursts publish several messages at once, calm has no fault', () => {
    expect(share(leaning('bursts'), (plan) => new Set(plan.messages.map(({ at }) => at)).size <= 3)).toBe(1)
    expect(share(leaning('calm'), (plan) => plan.faults.length + plan.closes.length === 0)).toBe(1)
  })
})

test('every outage that was planned can shrink, and stays of its kind', () => {
  const claims = { ...exampleClaims, survivesDiskLoss: true } as const
  const pauses = plans({ ...shape, claims, site: 'real', outages: OUTAGE_KINDS }, 400).filter(
    ({ outages }) => outages.length > 0,
  )
  expect(new Set(pauses.map(({ outages }) => outages[0]?.kind))).toEqual(new Set(OUTAGE_KINDS))
  const arbitrary = storedPlanArbitrary({ ...shape, site: 'real' })
  for (const plan of pauses) {
    expect(arbitrary.canShrinkWithoutContext(plan)).toBe(true)
    // Its messages have many ways to shrink, and none of them touches an outage.
    const milder = [...arbitrary.shrink({ ...plan, messages: [] }, undefined)].flatMap(({ value }) => value.outages)
    expect(new Set(milder.map(({ kind }) => kind))).toEqual(new Set([plan.outages[0]?.kind]))
  }
})

test('a stored plan shrinks to what matters', async () => {
  const long = plans({ ...shape, leans: ['publish-outage'] }, 40).find(
    (plan) => plan.messages.length >= 20 && plan.faults.some(({ kind }) => kind === 'refuse'),
  )
  const stored: Plan = JSON.parse(JSON.stringify(long))
  const property = fc.asyncProperty(storedPlanArbitrary(shape), async (plan) => {
    const bad =
      plan.messages.length >= 1 && plan.faults.some(({ kind, role }) => kind === 'refuse' && role === 'publish')
    if (bad) throw new Error('bad')
  })
  const { counterexample } = await fc.check(property, { examples: [[stored]], numRuns: 1, endOnFailure: false })
  const [smallest] = counterexample ?? []
  expect(smallest?.faults).toEqual([
    { kind: 'refuse', role: 'publish', direction: 'down', at: 0, lasts: 50, amount: 0 },
  ])
  expect(smallest?.messages).toHaveLength(1)
  expect(smallest?.messages[0]).toMatchObject({ at: 0, key: 0, body: 'text', headers: [], outcome: { kind: 'ok' } })
  expect(smallest?.consumers).toHaveLength(1)
})

test('a disk that may be lost is lost now and then, and changes nothing else of the other plans', () => {
  const outages = ['restart', 'lose-disk'] as const
  const claims = { ...exampleClaims, survivesDiskLoss: true } as const
  const losing = { ...shape, claims, outages }
  const isLost = (plan: Plan): boolean => plan.outages.some(({ kind }) => kind === 'lose-disk')
  const some = plans(losing, 400)
  expect(share(some, isLost)).toBeGreaterThan(0.005)
  expect(share(some, isLost)).toBeLessThan(0.06)
  const without = plans({ ...shape, outages: ['restart'] }, 400)
  expect(some.filter((plan) => !isLost(plan))).toEqual(without.filter((_, index) => !isLost(some[index] as Plan)))
  expect(plans({ ...losing, claims: exampleClaims }, 400).some(isLost)).toBe(false)
  expect(plans({ ...losing, outages: ['restart'] }, 400).some(isLost)).toBe(false)
  expect(plans({ ...losing, leans: ['consume-outage'] }, 400).some(isLost)).toBe(false)
  expect(plans({ ...losing, leans: ['disk-loss'] }, 40).every(isLost)).toBe(true)
})
