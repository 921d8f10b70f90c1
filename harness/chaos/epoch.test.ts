import { describe, expect, test } from 'vitest'
import { FAULT_KINDS, OUTAGE_KINDS } from '../faults.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import type { Plan } from '../plan/plan.ts'
import { type Epoch, epochPlan, possible, type Target } from './epoch.ts'
import { type ChaosConfig, chaosShape } from './file/config.ts'

const TARGET: Target = { claims: exampleClaims, lacks: {}, outages: OUTAGE_KINDS, servers: 3 }
const EVERY_KIND = [...FAULT_KINDS, ...OUTAGE_KINDS, 'kill']

interface Given {
  readonly load?: Readonly<Record<string, unknown>>
  readonly faults?: Readonly<Record<string, unknown>>
  readonly more?: Readonly<Record<string, unknown>>
}

const configOf = ({ load = {}, faults = { kinds: EVERY_KIND }, more = {} }: Given = {}): ChaosConfig =>
  chaosShape.parse({
    target: { adapter: 'memory', site: 'real' },
    load: { rate: '50/s', ...load },
    duration: '1h',
    faults,
    ...more,
  })

const EPOCH: Epoch = { number: 1, lasts: 30_000, before: 0, messages: Number.POSITIVE_INFINITY }
const planOf = (given: Given = {}, epoch: Partial<Epoch> = {}, target: Partial<Target> = {}): Plan =>
  epochPlan(configOf(given), { ...TARGET, ...target }, { ...EPOCH, ...epoch })

/** Plans of many seeds. */
const plansOf = (given: Given, target: Partial<Target> = {}): Plan[] =>
  Array.from({ length: 30 }, (_, seed) => planOf({ ...given, more: { seed, ...given.more } }, { messages: 0 }, target))

const without = <K extends keyof typeof exampleClaims>(key: K) => {
  const { [key]: _left, ...rest } = exampleClaims
  return rest
}

describe('the plan of an epoch', () => {
  test('is the same for the same seed and number, and another one for any other', () => {
    const plan = JSON.stringify(planOf())
    expect(JSON.stringify(planOf())).toBe(plan)
    expect(JSON.stringify(planOf({}, { number: 2 }))).not.toBe(plan)
    expect(JSON.stringify(planOf({ more: { seed: 2 } }))).not.toBe(plan)
  })

  test('has the same faults whatever its messages are, so that a dry run shows them', () => {
    const { faults, outages, kills } = planOf()
    expect(faults.length).toBeGreaterThan(0)
    expect(planOf({}, { messages: 0 })).toMatchObject({ messages: [], faults, outages, kills })
  })

  test('has settings for what the adapter lets a run set, as the file gives them', () => {
    const { settings } = planOf({ more: { settings: { 'retry.base': 77, 'retry.bass': 5 } } })
    expect(settings).toMatchObject({ 'retry.base': 77 })
    expect(settings).not.toHaveProperty('retry.bass')
  })
})

describe('faults', () => {
  test('are none in the baseline', () => {
    for (let seed = 0; seed < 20; seed++)
      expect(planOf({ more: { seed } }, { number: 0 })).toMatchObject({ faults: [], outages: [], kills: [] })
  })

  test('are none where no kinds are given', () => {
    expect(planOf({ faults: { kinds: [] } })).toMatchObject({ faults: [], outages: [], kills: [] })
  })

  test('end before traffic does, and one after the other with a rest between', () => {
    const faults = { kinds: EVERY_KIND, lasts: { least: '1s', most: '4s' }, rest: { least: '500ms', most: '2s' } }
    for (const plan of plansOf({ faults, load: { nodes: 20 } })) {
      const all = [...plan.faults, ...plan.outages].sort((one, other) => one.at - other.at)
      expect(all.length + plan.kills.length).toBeGreaterThan(3)
      let free = 0
      for (const { at, lasts } of all) {
        expect(at).toBeGreaterThanOrEqual(free + 500)
        expect(lasts).toBeGreaterThanOrEqual(1_000)
        expect(lasts).toBeLessThanOrEqual(4_000)
        free = at + lasts
      }
      expect(free).toBeLessThanOrEqual(EPOCH.lasts)
      for (const { at } of plan.kills) expect(at).toBeLessThan(EPOCH.lasts)
    }
  })

  test('are as many at once as there may be', () => {
    const faults = { kinds: ['refuse'], lasts: '10s', rest: '1s', atOnce: 3 }
    const { faults: made } = planOf({ faults })
    const at = (when: number): number => made.filter(({ at, lasts }) => at <= when && when < at + lasts).length
    expect([at(500), at(5_000), at(11_500), at(15_000)]).toEqual([0, 3, 0, 3])
  })

  test('are none where none fits into the epoch', () => {
    expect(planOf({ faults: { kinds: ['refuse'], rest: '15s', lasts: { least: '14s', most: '40s' } } }).faults).toEqual(
      [],
    )
  })

  test('come to each role and each kind that is given, and to no other', () => {
    const faults = { kinds: ['reset', 'cut'], roles: ['publish', 'consume'] }
    const made = plansOf({ faults }).flatMap((plan) => plan.faults)
    expect(new Set(made.map(({ kind }) => kind))).toEqual(new Set(['reset', 'cut']))
    expect(new Set(made.map(({ role }) => role))).toEqual(new Set(['publish', 'consume']))
    expect(new Set(made.map(({ direction }) => direction))).toEqual(new Set(['up', 'down']))
  })

  test('come to each server', () => {
    const made = plansOf({ faults: { kinds: ['pause'] } }).flatMap(({ outages }) => outages)
    expect(new Set(made.map(({ server }) => server))).toEqual(new Set([0, 1, 2]))
  })

  test('kill fewer nodes than there are, and none twice', () => {
    const faults = { kinds: ['kill'], lasts: '100ms', rest: '100ms', atOnce: 5 }
    for (const nodes of [1, 2, 5])
      for (const { kills } of plansOf({ faults, load: { nodes } })) {
        expect(kills).toHaveLength(nodes - 1)
        expect(new Set(kills.map(({ node }) => node % nodes)).size).toBe(nodes - 1)
      }
  })
})

describe('what a target lacks', () => {
  test('does not happen: outages that its servers cannot have', () => {
    const faults = { kinds: ['pause', 'isolate', 'refuse'] }
    const made = plansOf({ faults }, { outages: ['pause'] }).flatMap((plan) => [...plan.faults, ...plan.outages])
    expect(new Set(made.map(({ kind }) => kind))).toEqual(new Set(['pause', 'refuse']))
    expect(possible(configOf({ faults }).faults, { ...TARGET, outages: [] })).toEqual(['refuse'])
  })

  test('does not happen: anything without a network', () => {
    const lacks = { network: 'none' }
    expect(possible(configOf().faults, { ...TARGET, lacks })).toEqual([])
    expect(planOf({}, {}, { lacks })).toMatchObject({ faults: [], outages: [], kills: [], nodes: 1 })
  })

  test('is left out: partitions, members of groups, and links that are not claimed', () => {
    const load = { members: 3, groups: 2, topics: 2, partitions: 4 }
    const { topics, consumers } = planOf({ load }, {}, { lacks: { partitions: 'none', groupMembership: 'none' } })
    expect(topics).toEqual([{ partitions: 1 }, { partitions: 1 }])
    expect(consumers).toHaveLength(2)
    const faults = { kinds: ['refuse'], roles: ['dead-letter'] }
    expect(planOf({ faults }).faults).not.toEqual([])
    expect(planOf({ faults }, {}, { claims: without('deadLetter') }).faults).toEqual([])
  })
})

describe('messages', () => {
  test.each([
    ['50/s', 30_000, 1_500],
    ['3/s', 30_000, 90],
    ['300/s', 30_000, 9_000],
    ['333/s', 30_000, 9_990],
    ['0.1/s', 30_000, 3],
    ['50/s', 1_234, 62],
  ])('at %s for %d ms are %d, all within that time', (rate, lasts, count) => {
    const { messages } = planOf({ load: { rate } }, { lasts })
    expect(messages).toHaveLength(count)
    expect(messages[0]?.at).toBe(0)
    expect(messages.at(-1)?.at).toBeLessThan(lasts)
    expect(messages.map(({ at }) => at)).toEqual(messages.map(({ at }) => at).sort((one, other) => one - other))
  })

  test('are no more than are left', () => {
    expect(planOf({}, { messages: 7 }).messages).toHaveLength(7)
  })

  test('rise to the rate, across epochs', () => {
    const load = { rate: '100/s', ramp: '60s' }
    const within = (plan: Plan, from: number, to: number): number =>
      plan.messages.filter(({ at }) => at >= from && at < to).length
    const first = planOf({ load })
    const second = planOf({ load }, { number: 2, before: 30_000 })
    const third = planOf({ load }, { number: 3, before: 60_000 })
    const close = (count: number, to: number): void => {
      expect(count).toBeGreaterThan(to * 0.9)
      expect(count).toBeLessThan(to * 1.1)
    }
    // A tenth at first, so that it begins at all.
    close(within(first, 0, 5_000), 50)
    close(within(first, 14_000, 16_000), 50)
    close(within(second, 0, 2_000), 103)
    close(within(second, 28_000, 30_000), 197)
    expect(third.messages).toHaveLength(3_000)
  })

  test('take turns with producers, and come to every topic', () => {
    const { messages, producers } = planOf({ load: { producers: 4, topics: 3 } })
    expect(producers).toBe(4)
    expect(messages.slice(0, 5).map(({ producer }) => producer)).toEqual([0, 1, 2, 3, 0])
    expect(new Set(messages.map(({ topic }) => topic))).toEqual(new Set([0, 1, 2]))
  })

  test('have sizes within the range, and small ones as often as large ones by their order', () => {
    const { messages } = planOf({ load: { size: { least: '10B', most: '100KB' } } })
    const sizes = messages.map(({ body }) => (typeof body === 'object' && 'bytes' in body ? body.bytes : -1))
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(10)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100_000)
    const small = sizes.filter((bytes) => bytes < 1_000).length / sizes.length
    expect(small).toBeGreaterThan(0.4)
    expect(small).toBeLessThan(0.6)
  })

  test('have the outcomes that the shares say', () => {
    const handlers = { failing: '10%', hopeless: '20%', permanent: '30%', slow: '15%', slowFor: '70ms' }
    const { messages } = planOf({ load: { handlers } })
    const share = (kind: string): number =>
      messages.filter(({ outcome }) => outcome.kind === kind).length / messages.length
    const shares = { throws: 0.1, fails: 0.2, permanent: 0.3, slow: 0.15, ok: 0.25 }
    for (const [kind, wanted] of Object.entries(shares)) expect(Math.abs(share(kind) - wanted)).toBeLessThan(0.04)
    expect(messages.find(({ outcome }) => outcome.kind === 'slow')?.outcome).toEqual({ kind: 'slow', ms: 70 })
    expect(messages.find(({ outcome }) => outcome.kind === 'throws')?.outcome).toEqual({ kind: 'throws', times: 1 })
  })

  const byKey = (keys: { readonly count: number; readonly skew: number }): number[] => {
    const found = Array<number>(keys.count).fill(0)
    for (const { key } of planOf({ load: { keys, rate: '300/s' } }).messages) found[key] = (found[key] ?? 0) + 1
    return found
  }

  test('have every key as often where keys are not skewed', () => {
    const found = byKey({ count: 10, skew: 0 })
    expect(found).toHaveLength(10)
    for (const times of found) expect(Math.abs(times - 900)).toBeLessThan(150)
  })

  test('have the n-th key as often as 1/n says where they are', () => {
    const found = byKey({ count: 10, skew: 1 })
    expect(found).toHaveLength(10)
    const [first = 0, second = 0, , , fifth = 0, , , , , tenth = 0] = found
    for (const [times, of] of [
      [second, 2],
      [fifth, 5],
      [tenth, 10],
    ] as const)
      expect(Math.abs((times * of) / first - 1)).toBeLessThan(0.15)
    expect(found.reduce((sum, times) => sum + times, 0)).toBe(9_000)
    const [most = 0] = byKey({ count: 1_000, skew: 4 })
    expect(most / 9_000).toBeGreaterThan(0.9)
  })
})

test('consumers: each group has its members on each topic, on nodes in turn, from the beginning', () => {
  const { consumers, nodes } = planOf({ load: { groups: 2, members: 3, topics: 2, nodes: 3 } })
  expect(nodes).toBe(3)
  expect(consumers).toHaveLength(12)
  for (const group of [0, 1])
    for (const topic of [0, 1]) {
      const members = consumers.filter((one) => one.group === group && one.topic === topic)
      expect(new Set(members.map(({ node }) => node))).toEqual(new Set([0, 1, 2]))
      for (const member of members) expect(member).toMatchObject({ from: 'earliest', joinAt: 0, leaveAt: null })
    }
})
