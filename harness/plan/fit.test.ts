import { describe, expect, test } from 'vitest'
import { OUTAGE_KINDS } from '../faults.ts'
import { byHandClaims, everyClaim, exampleClaims, poisonClaims, writingClaims } from './claims.case.ts'
import { hasEarlyConsumer } from './consumers.ts'
import { fitPlan, fitToSystem, lacking } from './fit.ts'
import { generatePlan, storedPlanArbitrary } from './generate.ts'
import type { Plan } from './plan.ts'

const calm: Plan = generatePlan({ claims: exampleClaims, site: 'simulated', leans: ['calm'] }, 5, 1)
const deadLetterCut = { kind: 'refuse', role: 'dead-letter', direction: 'up', at: 0, lasts: 10, amount: 0 } as const
const { deadLetter: _deadLetter, ...withoutDeadLetters } = exampleClaims
const force = { node: 0, at: 5, isolated: 100, resets: 1 }
const outage = (kind: (typeof OUTAGE_KINDS)[number]) => ({ kind, server: 0, at: 0, lasts: 10 })

test('a plan whose outages the servers can have lacks nothing', () => {
  const plan = { ...calm, outages: OUTAGE_KINDS.filter((kind) => kind !== 'lose-disk').map(outage) }
  expect(lacking(plan, { claims: exampleClaims, outages: OUTAGE_KINDS })).toBeNull()
  expect(lacking(calm, { claims: exampleClaims, outages: [] })).toBeNull()
})

test('a generated plan fits as it is, in the same order, so that shrinking need not run it again', () => {
  for (const claims of [exampleClaims, everyClaim])
    for (let index = 0; index < 20; index++) {
      const drawn = generatePlan({ claims, site: 'simulated', leans: [] }, 5, index)
      expect(JSON.stringify(fitPlan(drawn, claims))).toBe(JSON.stringify(drawn))
    }
})

test('each kind of outage that they cannot have is named once', () => {
  const plan = { ...calm, outages: [outage('isolate'), outage('pause'), outage('move-leader'), outage('isolate')] }
  expect(lacking(plan, { claims: exampleClaims, outages: ['pause'] })).toBe(
    'no isolation of a server and no move of leaders here',
  )
})

test('a disk is lost only where that is claimed to be survived', () => {
  const plan = { ...calm, outages: [outage('lose-disk')] }
  const claims = { ...exampleClaims, survivesDiskLoss: true } as const
  expect(lacking(plan, { claims, outages: OUTAGE_KINDS })).toBeNull()
  expect(lacking(plan, { claims, outages: ['restart'] })).toBe('no restart of a server without its disk here')
  expect(lacking(plan, { claims: exampleClaims, outages: OUTAGE_KINDS })).toBe('no recovery without the disk claimed')
})

test('a plan that is only about dead letters lacks them where they are not claimed', () => {
  const plan = { ...calm, faults: [deadLetterCut] }
  expect(lacking(plan, { claims: exampleClaims, outages: [] })).toBeNull()
  expect(lacking(plan, { claims: withoutDeadLetters, outages: [] })).toBe('no dead letters claimed')
  const more = { ...plan, kills: [{ node: 0, at: 5 }] }
  expect(lacking(more, { claims: withoutDeadLetters, outages: [] })).toBeNull()
})

test('a breaker is operated by hand only if that is claimed', () => {
  const plan = { ...calm, forces: [force] }
  expect(lacking(plan, { claims: byHandClaims, outages: [] })).toBeNull()
  expect(lacking(plan, { claims: exampleClaims, outages: [] })).toBe('no breaker operated by hand claimed')
  expect(fitPlan(plan, byHandClaims).forces).toEqual([force])
  expect(fitPlan(calm, byHandClaims).forces).toEqual([])
  expect(fitPlan(plan, exampleClaims)).not.toHaveProperty('forces')
})

test('rows are written only where that is claimed', () => {
  const [message] = calm.messages
  if (message === undefined) throw new Error('the plan has a message')
  const plan: Plan = { ...calm, messages: [{ ...message, row: 'rollback' }] }
  expect(lacking(plan, { claims: writingClaims, outages: [] })).toBeNull()
  expect(lacking(plan, { claims: exampleClaims, outages: [] })).toBe('no writes with events claimed')
  expect(fitPlan(plan, writingClaims).messages).toEqual(plan.messages)
  expect(fitPlan(calm, writingClaims).messages.every(({ row }) => row === null)).toBe(true)
  expect(fitPlan(plan, exampleClaims).messages).toEqual([message])
})

test('what cannot be read is stored only where it is claimed to be dead-lettered', () => {
  const poisons = [{ at: 5, topic: 0 }]
  const plan = { ...calm, poisons }
  expect(lacking(plan, { claims: poisonClaims, outages: [] })).toBeNull()
  expect(lacking(plan, { claims: exampleClaims, outages: [] })).toBe('no dead letters of unreadable records claimed')
  expect(fitPlan(plan, poisonClaims).poisons).toEqual(poisons)
  expect(fitPlan(calm, poisonClaims).poisons).toEqual([])
  expect(fitPlan(plan, exampleClaims)).not.toHaveProperty('poisons')
})

describe('what the system lacks', () => {
  const consumer = { node: 0, group: 0, topic: 0, from: 'earliest', joinAt: 0, leaveAt: null } as const
  const busy: Plan = {
    ...calm,
    nodes: 3,
    faults: [deadLetterCut],
    kills: [{ node: 1, at: 5 }],
    outages: [outage('pause')],
    topics: [{ partitions: 3 }],
    consumers: [
      consumer,
      { ...consumer, joinAt: 50 },
      { ...consumer, group: 1, joinAt: 200, leaveAt: 400 },
      { ...consumer, group: 1, joinAt: 100, from: 'latest' },
    ],
  }

  test('is in no plan, and everything else stays', () => {
    expect(fitToSystem(busy, {})).toEqual(busy)
    expect(fitToSystem(busy, { partitions: 'none' })).toEqual({ ...busy, topics: [{ partitions: 1 }] })
    expect(fitToSystem(busy, { network: 'none' })).toEqual({ ...busy, faults: [], kills: [], outages: [], nodes: 1 })
    const [first, second, third, fourth] = busy.consumers
    expect(fitToSystem(busy, { groupMembership: 'none' })).toEqual({ ...busy, consumers: [first, fourth] })
    expect(fitToSystem(busy, { storedLog: 'none' })).toEqual({
      ...busy,
      consumers: [first, second, third, { ...fourth, joinAt: 0 }],
    })
  })

  test('takes the publishes that nothing would refuse', () => {
    const refused = { ...busy, refusals: [{ node: 0, at: 5 }] }
    const can = { claims: exampleClaims, outages: OUTAGE_KINDS }
    expect(fitToSystem(refused, {})).toEqual(refused)
    expect(fitToSystem(refused, { refusedTopics: 'no permissions' })).toEqual({ ...busy, refusals: [] })
    expect(lacking(refused, can)).toBeNull()
    expect(lacking(refused, { ...can, lacks: { refusedTopics: 'it has no permissions' } })).toBe(
      'the system can refuse no topic: it has no permissions',
    )
  })

  test('keeps from happening what needs it', () => {
    const can = { claims: exampleClaims, outages: OUTAGE_KINDS, lacks: { network: 'it is one process' } }
    expect(lacking(busy, can)).toBe('the bus crosses no network: it is one process')
    expect(lacking({ ...busy, faults: [], kills: [], outages: [], uses: 30 }, can)).toContain('crosses no network')
    expect(lacking({ ...busy, faults: [], kills: [], outages: [] }, can)).toBeNull()
  })

  test('leaves plans that shrinking can take up', () => {
    const shape = { claims: exampleClaims, site: 'simulated', leans: [] } as const
    const lacks = { partitions: 'none', groupMembership: 'none', storedLog: 'none', network: 'none' }
    for (let index = 0; index < 50; index++) {
      const fitted = fitPlan(generatePlan(shape, 5, index), exampleClaims, lacks)
      expect(storedPlanArbitrary(shape).canShrinkWithoutContext(fitted)).toBe(true)
      expect(hasEarlyConsumer(fitted.consumers)).toBe(true)
    }
  })
})
