import { describe, expect, test } from 'vitest'
import { exampleClaims } from './claims.case.ts'
import { generatePlan } from './generate.ts'
import { groupIndexIn, groupOf, headerCanary, materialise, payloadCanary, poisonBytes } from './message.ts'
import { message } from './parts.case.ts'
import type { Plan, PlannedBody, PlannedHeaders } from './plan.ts'

const base = generatePlan({ claims: exampleClaims, site: 'simulated', leans: ['calm'] }, 1, 0)
const limits = exampleClaims.messages

function planWith(body: PlannedBody, headers: PlannedHeaders = [], key = 2): Plan {
  const one = message({ key, body, headers })
  return { ...base, keys: [{ text: 'K' }, { bytes: 3_000 }], messages: [one, one] }
}
const bodyOf = (body: PlannedBody, maxBytes = limits.maxBytes): Uint8Array | null =>
  materialise(planWith(body), 0, { maxBytes }).value
const asText = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('utf8')

describe('a materialised message', () => {
  test('has the same bytes each time, and others at another index', () => {
    const plan = planWith({ bytes: 100 }, [{ name: 'drawn', value: { bytes: 24 } }])
    expect(materialise(plan, 0, limits)).toEqual(materialise(plan, 0, limits))
    expect(materialise(plan, 0, limits)).not.toEqual(materialise(plan, 1, limits))
  })

  test('carries the payload canary in text and JSON bodies', () => {
    const canary = payloadCanary(base.seed)
    expect(canary).toMatch(/^canary-[0-9a-f]{16}$/)
    expect(payloadCanary(base.seed + 1)).not.toBe(canary)
    expect(asText(bodyOf('text'))).toContain(canary)
    expect(JSON.parse(asText(bodyOf('json')))).toMatchObject({ message: 'm0', card: canary })
  })

  test('carries a canary of its own in text headers', () => {
    const { headers } = materialise(planWith('text', 'text'), 0, limits)
    const sent = headers.map(([name, value]) => `${name}: ${asText(value)}`)
    expect(sent).toContain(`authorization: Bearer ${headerCanary(base.seed)}`)
    expect(headerCanary(base.seed)).not.toBe(payloadCanary(base.seed))
  })

  test('holds what the plan says, byte for byte', () => {
    expect(bodyOf('tombstone')).toBeNull()
    expect(bodyOf({ text: '' })).toEqual(new Uint8Array(0))
    expect(bodyOf({ text: 'e\u0301\u0000' })).toEqual(Uint8Array.from([0x65, 0xcc, 0x81, 0]))
    expect(bodyOf({ hex: '00ff' })).toEqual(Uint8Array.from([0, 0xff]))
    expect(bodyOf({ bytes: 65_537 })).toHaveLength(65_537)
    const headers = ['a', 'A', 'a'].map((name) => ({ name, value: { text: name } }))
    expect(
      materialise(planWith('text', headers), 0, limits).headers.map(([name, value]) => [name, asText(value)]),
    ).toEqual([
      ['a', 'a'],
      ['A', 'A'],
      ['a', 'a'],
    ])
  })

  test('has the key of its index, the same for all messages of a plan, or none', () => {
    const keyOf = (key: number, index = 0) => materialise(planWith('text', [], key), index, limits).key
    expect(keyOf(-1)).toBeNull()
    expect(asText(keyOf(0))).toBe('K')
    expect(asText(keyOf(2))).toBe('key-2')
    expect(keyOf(1, 0)).toEqual(keyOf(1, 1))
  })

  test('is no larger than the bus claims, and a key no longer than 1 KiB unless it claims another limit', () => {
    expect(bodyOf({ bytes: 2_000 }, 1_000)).toHaveLength(1_000)
    expect(bodyOf('text', 5)).toHaveLength(5)
    const { key } = materialise(planWith('text', [], 1), 0, limits)
    expect(key).toHaveLength(1_024)
    expect(materialise(planWith('text', [], 1), 0, { ...limits, maxKeyBytes: 10 }).key).toEqual(key?.subarray(0, 10))
  })

  test('must be in the plan', () => {
    expect(() => materialise(planWith('text'), 2, limits)).toThrow(RangeError)
  })
})

test('what cannot be read has the same bytes each time, others at another index, and is no text', () => {
  expect(poisonBytes(base, 0)).toEqual(poisonBytes(base, 0))
  expect(poisonBytes(base, 0)).not.toEqual(poisonBytes(base, 1))
  expect(poisonBytes(base, 0)).not.toEqual(poisonBytes({ ...base, seed: base.seed + 1 }, 0))
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(poisonBytes(base, 0))).toThrow()
})

test('the groups of a plan are known by their names', () => {
  expect([0, 12].map((index) => groupIndexIn('run-', groupOf('run-', index)))).toEqual([0, 12])
  expect(['run-drain', 'other-g0', 'g0'].map((name) => groupIndexIn('run-', name))).toEqual([null, null, null])
})
