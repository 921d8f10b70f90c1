import { describe, expect, test } from 'vitest'
import { exampleClaims } from './claims.case.ts'
import { generatePlan } from './generate.ts'
import { headerCanary, materialise, payloadCanary, poisonBytes } from './message.ts'
import type { BodyKind, HeaderKind, Plan } from './plan.ts'

const base = generatePlan({ claims: exampleClaims, site: 'simulated', leans: ['calm'] }, 1, 0)

function planWith(body: BodyKind, headers: HeaderKind = 'none', key = 2): Plan {
  const message = {
    at: 0,
    producer: 0,
    topic: 0,
    key,
    body,
    headers,
    outcome: { kind: 'ok' },
    abortAfter: null,
  } as const
  return { ...base, messages: [message, message] }
}
const bodyOf = (body: BodyKind, maxBytes?: number): Uint8Array | null => materialise(planWith(body), 0, maxBytes).value
const asText = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('utf8')

describe('a materialised message', () => {
  test('has the same bytes each time, and others at another index', () => {
    const plan = planWith('large', 'binary')
    expect(materialise(plan, 0)).toEqual(materialise(plan, 0))
    expect(materialise(plan, 0)).not.toEqual(materialise(plan, 1))
  })

  test('carries the payload canary in text and JSON bodies', () => {
    const canary = payloadCanary(base.seed)
    expect(canary).toMatch(/^canary-[0-9a-f]{16}$/)
    expect(payloadCanary(base.seed + 1)).not.toBe(canary)
    expect(asText(bodyOf('text'))).toContain(canary)
    expect(JSON.parse(asText(bodyOf('json')))).toMatchObject({ message: 'm0', card: canary })
  })

  test('carries a canary of its own in text headers', () => {
    const { headers } = materialise(planWith('text', 'text'), 0)
    const sent = headers.map(([name, value]) => `${name}: ${asText(value)}`)
    expect(sent).toContain(`authorization: Bearer ${headerCanary(base.seed)}`)
    expect(headerCanary(base.seed)).not.toBe(payloadCanary(base.seed))
  })

  test('tells a tombstone from an empty value, and no key from a key', () => {
    expect(bodyOf('tombstone')).toBeNull()
    expect(bodyOf('empty')).toEqual(new Uint8Array(0))
    expect(bodyOf('one-byte')).toHaveLength(1)
    expect(materialise(planWith('text', 'none', -1), 0).key).toBeNull()
    expect(asText(materialise(planWith('text'), 0).key)).toBe('key-2')
  })

  test('is no valid UTF-8 where the plan says so, and text beyond ASCII elsewhere', () => {
    const decode = (bytes: Uint8Array | null): string =>
      new TextDecoder('utf8', { fatal: true }).decode(bytes ?? undefined)
    expect(() => decode(bodyOf('invalid-utf8'))).toThrow(TypeError)
    expect(decode(bodyOf('unicode'))).toContain('日本語')
  })

  test('is as large as the bus takes, and no larger than 64 KiB', () => {
    expect(bodyOf('large')).toHaveLength(65_536)
    expect(bodyOf('large', 1000)).toHaveLength(1000)
    expect(bodyOf('text', 5)).toHaveLength(5)
  })

  test('repeats header names where the plan says so', () => {
    const names = (headers: HeaderKind): string[] =>
      materialise(planWith('text', headers), 0).headers.map(([name]) => name)
    expect(names('none')).toEqual([])
    expect(names('repeated')).toEqual(['hop', 'other', 'hop', 'hop'])
    expect(new Set(names('many')).size).toBe(20)
  })

  test('must be in the plan', () => {
    expect(() => materialise(planWith('text'), 2)).toThrow(RangeError)
  })
})

test('what cannot be read has the same bytes each time, others at another index, and is no text', () => {
  expect(poisonBytes(base, 0)).toEqual(poisonBytes(base, 0))
  expect(poisonBytes(base, 0)).not.toEqual(poisonBytes(base, 1))
  expect(poisonBytes(base, 0)).not.toEqual(poisonBytes({ ...base, seed: base.seed + 1 }, 0))
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(poisonBytes(base, 0))).toThrow()
})
