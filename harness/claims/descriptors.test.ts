import { describe, expect, test } from 'vitest'
import { type Claims, isFigure, settable, settableFigures } from '../claims.ts'
import { OUTAGE_KINDS } from '../faults.ts'
import { everyClaim, rateBreaker } from '../plan/claims.case.ts'
import { generatePlan } from '../plan/generate.ts'
import { parsePlan } from '../plan/parse.ts'
import type { Values } from './descriptor.ts'
import { claimEntries } from './index.ts'
import { EXCLUDED, MESSAGE_OPTIONS, OUTAGES, PLAN_LISTS } from './plans.ts'

const figure = settable(1, 0, 1_000_000)

/** The same with every figure settable. */
const free = (value: unknown): unknown => {
  if (isFigure(value)) return figure
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, free(inner)]))
}

const rateTrip = { when: 'failure-rate', above: figure, calls: figure, window: figure } as const
const figures = new Set(
  [everyClaim, { ...everyClaim, breaker: { ...everyClaim.breaker, trip: rateTrip } }].flatMap((claims) => [
    ...settableFigures(free(claims) as Claims).keys(),
  ]),
)
const pathsOf = (part: 'settings' | 'floors' | 'leaning'): readonly string[] =>
  claimEntries.flatMap(([, descriptor]) => {
    const found: object = descriptor[part] ?? {}
    return part === 'leaning'
      ? Object.values(found).flatMap((values: object) => Object.keys(values))
      : Object.keys(found)
  })

describe('figures', () => {
  test.each(['settings', 'floors', 'leaning'] as const)('%s are those of figures that the claim has', (part) => {
    expect(pathsOf(part).length).toBeGreaterThan(3)
    expect(pathsOf(part).filter((path) => !figures.has(path))).toEqual([])
  })

  test('have values that plans draw, more than one each, but for how long a real run waits', () => {
    const drawn = Object.assign({}, ...claimEntries.map(([, { settings }]) => settings)) as Record<string, Values>
    expect([...figures].filter((path) => drawn[path] === undefined)).toEqual([])
    const few = (site: 'simulated' | 'real'): readonly string[] =>
      [...figures].filter((path) => {
        const values = drawn[path] ?? []
        return new Set('real' in values ? values[site] : values).size < 2
      })
    expect(few('simulated')).toEqual([])
    expect(few('real')).toEqual(['close.deadline', 'recovery.deadline'])
  })
})

describe('plans', () => {
  test('have outages of kinds that there are', () => {
    const kinds = [...OUTAGES.map(({ kind }) => kind), ...EXCLUDED.map(({ outage }) => outage)]
    expect(kinds.length).toBeGreaterThan(0)
    expect(kinds.filter((kind) => !OUTAGE_KINDS.some((one) => one === kind))).toEqual([])
  })

  const plans = Array.from({ length: 60 }, (_, index) =>
    generatePlan({ claims: everyClaim, site: 'simulated', leans: [] }, 3, index),
  )

  test('are read back with all that is claimed', () => {
    for (const plan of plans) expect(parsePlan(JSON.parse(JSON.stringify(plan)), 'generated')).toEqual(plan)
  })

  test.each(MESSAGE_OPTIONS)('give messages each value of $name', ({ name, values, weight = () => 1 }) => {
    const found = new Set(plans.flatMap(({ messages }) => messages.map((message) => message[name])))
    expect(found).toEqual(new Set(values.filter((value) => weight(value) > 0)))
  })

  const rates = Array.from({ length: 60 }, (_, index) =>
    generatePlan({ claims: { ...everyClaim, breaker: rateBreaker }, site: 'simulated', leans: [] }, 3, index),
  )

  test.each(PLAN_LISTS)('have $name', ({ name }) => {
    expect([...plans, ...rates].some((plan) => (plan[name] ?? []).length > 0)).toBe(true)
  })
})
