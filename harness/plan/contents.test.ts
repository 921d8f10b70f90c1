import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Claims } from '../claims.ts'
import { exampleClaims } from './claims.case.ts'
import { differInSpelling, namesIn, sizeIn, textIn } from './contents.case.ts'
import { bodyArbitrary, headersArbitrary, keyArbitrary, sizesUpTo } from './contents.ts'
import { generatePlan, storedPlanArbitrary } from './generate.ts'
import { isTakenName } from './message.ts'
import type { Plan, PlannedBody, PlannedHeaders } from './plan.ts'
import { PACES } from './shape.ts'
import { everything } from './swarm.ts'
import { spellings } from './texts.ts'

const MAX = 100_000
const messages = { ...exampleClaims.messages, maxBytes: MAX }
const claims: Claims = { ...exampleClaims, messages }
const plans = (count: number, of: Claims = claims): readonly Plan[] =>
  Array.from({ length: count }, (_, index) => generatePlan({ claims: of, site: 'simulated', leans: [] }, 3, index))
const many = plans(600)
const swarm = everything(PACES.simulated)

test('sizes stand at and beside every power of two and the limit, and none beyond it', () => {
  const sizes = sizesUpTo(1_000_000)
  expect(sizes).toEqual([...sizes].sort((one, other) => one - other))
  for (let power = 8; power < 20; power++) {
    for (const beside of [-1, 0, 1]) expect(sizes).toContain(2 ** power + beside)
  }
  expect(sizes.slice(-2)).toEqual([999_999, 1_000_000])
  expect(sizesUpTo(1)).toEqual([0, 1])
  expect(sizesUpTo(2 ** 30).at(-1)).toBe(2 ** 21)
})

test('spellings of a word are all different texts', () => {
  expect(spellings('\u00c5')).toEqual(expect.arrayContaining(['\u00c5', '\u00e5', 'A\u030a', 'a\u030a']))
  expect(new Set(spellings('stra\u00dfe')).size).toBe(spellings('stra\u00dfe').length)
})

test('names of headers are tokens where the bus takes only those', () => {
  const tokens = plans(200, { ...claims, messages: { ...messages, headerNames: 'token' } })
  const names = tokens.flatMap((plan) => plan.messages.flatMap(({ headers }) => namesIn(headers)))
  expect(names.length).toBeGreaterThan(500)
  expect(names.filter((name) => !/^[A-Za-z_][A-Za-z0-9._-]{0,63}$/.test(name))).toEqual([])
  expect(names).toContain('__proto__')
  const any = many.flatMap((plan) => plan.messages.flatMap(({ headers }) => namesIn(headers)))
  expect(any.some((name) => !isTakenName(name, { ...messages, headerNames: 'token' }))).toBe(true)
  expect(any.filter((name) => name === '' || Buffer.byteLength(name) > 255)).toEqual([])
})

/** The least that still holds, as the search would find it. */
function least<T>(arbitrary: fc.Arbitrary<T>, from: T, holds: (value: T) => boolean): T {
  expect(arbitrary.canShrinkWithoutContext(from)).toBe(true)
  const property = fc.property(arbitrary, (value) => !holds(value))
  const { counterexample } = fc.check(property, { examples: [[from]], numRuns: 1 })
  const [found] = counterexample ?? []
  if (found === undefined) throw new Error('nothing holds')
  return found
}

describe('what is drawn shrinks to the plainest that still fails', () => {
  test('a body', () => {
    const bodies = bodyArbitrary(swarm, messages)
    const text = 'Hello \u0000 w\u00f6rld'
    expect(least<PlannedBody>(bodies, { text }, () => true)).toBe('text')
    expect(least<PlannedBody>(bodies, { text }, (body) => textIn(body)?.includes('\u0000') === true)).toEqual({
      text: '\u0000',
    })
    expect(least<PlannedBody>(bodies, { text }, (body) => (textIn(body)?.length ?? 0) >= 3)).toEqual({ text: 'aaa' })
    expect(least<PlannedBody>(bodies, { bytes: 70_000 }, (body) => (sizeIn(body) ?? 0) > 300)).toEqual({ bytes: 511 })
    const isBroken = (body: PlannedBody) => typeof body === 'object' && 'hex' in body && body.hex.includes('ff')
    expect(least<PlannedBody>(bodies, { hex: '01ff0203' }, isBroken)).toEqual({ hex: 'ff' })
  })

  test('headers, which stay apart where no name may come twice', () => {
    const drawn = ['x', 'L', 'l'].map((name) => ({ name, value: { text: `of ${name}` } }))
    for (const repeatedHeaders of [true, false]) {
      const headers = headersArbitrary(swarm, { ...messages, repeatedHeaders })
      expect(least<PlannedHeaders>(headers, drawn, () => true)).toEqual([])
      expect(least<PlannedHeaders>(headers, drawn, (some) => differInSpelling(namesIn(some)))).toEqual([
        { name: 'L', value: { text: 'a' } },
        { name: 'l', value: { text: 'a' } },
      ])
    }
  })

  test('keys', () => {
    const keys = keyArbitrary(swarm, messages)
    expect(least(keys, { bytes: 257 }, (key) => 'bytes' in key && key.bytes > 255)).toEqual({ bytes: 256 })
    expect(least(keys, { text: 'K\u0301' }, () => true)).toEqual({ text: 'a' })
  })

  test('a whole plan that was stored', () => {
    const stored = storedPlanArbitrary({ claims, site: 'simulated', leans: [] })
    for (const plan of many.slice(0, 200)) {
      expect(stored.canShrinkWithoutContext(JSON.parse(JSON.stringify(plan)))).toBe(true)
    }
  })
})
