import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createRedactor } from '../history/redact.ts'
import { checksFor } from '../host/given.ts'
import { observed } from '../host/material.ts'
import { ADAPTER_KINDS, type Observation } from './adapter.ts'
import { CALLER_KINDS } from './caller.ts'
import { HOST_KINDS } from './host.ts'
import type { Event } from './kinds.ts'
import { aboutOf, eventShape, sentenceOf } from './kinds.ts'
import { SYSTEM_KINDS } from './system.ts'

const SECRET = 'open-sesame-123'
const TABLES = { ...CALLER_KINDS, ...ADAPTER_KINDS, ...HOST_KINDS, ...SYSTEM_KINDS }

/** Something of this shape, with the secret for each text in it. */
function sample(schema: z.core.$ZodType): unknown {
  if (schema instanceof z.ZodObject)
    return Object.fromEntries(Object.entries(schema.shape).map(([name, field]) => [name, sample(field)]))
  if (schema instanceof z.ZodArray) return [sample(schema.element)]
  if (schema instanceof z.ZodTuple) return schema.def.items.map(sample)
  if (schema instanceof z.ZodRecord) return { [SECRET]: sample(schema.valueType) }
  if (schema instanceof z.ZodEnum) return schema.options[0]
  if (schema instanceof z.ZodExactOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodReadonly)
    return sample(schema.unwrap())
  // Of an offset, the id.
  if (schema instanceof z.ZodUnion) return sample(schema.options.at(-1) ?? expect.fail('a union of nothing'))
  if (schema instanceof z.ZodBoolean) return true
  if (schema instanceof z.ZodNumber) return 1
  if (schema instanceof z.ZodISODateTime) return '2026-01-31T12:00:00.000Z'
  // JSON of any kind is one of its kinds.
  return schema instanceof z.ZodString || schema instanceof z.ZodLazy
    ? SECRET
    : expect.fail(`no sample of this: ${schema}`)
}

const eventOf = (type: string, fields: z.ZodRawShape): Event =>
  ({ type, at: 1, ...(sample(z.object(fields)) as object) }) as Event

describe.each(Object.entries(TABLES))('%s', (type, { fields }) => {
  const event = eventOf(type, fields)

  test('reads back by its own shape, and not without any of the fields that it must have', () => {
    const shape = eventShape(type)
    expect(shape?.safeParse(event).success).toBe(true)
    for (const [name, field] of Object.entries(fields)) {
      const { [name as keyof Event]: _, ...rest } = event
      expect(shape?.safeParse(rest).success, name).toBe(field instanceof z.ZodExactOptional)
    }
  })

  test('has a sentence, and something that it is about', () => {
    expect(sentenceOf(event)).toMatch(/\S/)
    expect(sentenceOf(event)).not.toMatch(/undefined|\[object/)
    expect(aboutOf(event)).toMatch(/\S/)
  })
})

const redact = createRedactor({ password: SECRET })

test.each(Object.entries(ADAPTER_KINDS))('no secret that an adapter puts into %s is kept', (type, { fields }) => {
  const { at: _, ...told } = eventOf(type, fields)
  const thrown = { code: SECRET, effect: 'none', retryable: true, message: SECRET, details: SECRET }
  const observation = { ...told, ...('error' in fields ? { error: thrown } : {}) } as unknown as Observation
  const event = observed(observation, 'n0', 1, redact)
  expect(JSON.stringify(told)).toContain(SECRET)
  expect(JSON.stringify(event)).not.toContain(SECRET)
  expect(eventShape(type)?.safeParse(event).success).toBe(true)
})

const { observation: check } = checksFor('a bus')
const seen = (told: object) => observed(check(told), 'n0', 1, redact)

test('what an adapter leaves out may be undefined, and what it threw may be too', () => {
  const settled = { type: 'settled', op: 'm0' }
  const events = [
    seen({ ...settled, status: 'acknowledged', position: undefined }),
    seen({ ...settled, status: 'failed', error: undefined }),
    seen({ type: 'suppressed', consumer: undefined, during: 'fetch', times: 1, error: undefined }),
    seen({ type: 'attempt-ended', op: 'm0', attempt: 1, outcome: 'ok', error: undefined }),
  ]
  for (const event of events) expect(eventShape(event.type)?.safeParse(event).success, event.type).toBe(true)
  expect(events.map((event) => sentenceOf(event))).toEqual([
    'm0 leaves the queue, acknowledged',
    'm0 leaves the queue, failed: undefined',
    'n0: fetch failed, undefined',
    'm0 attempt 1 ok',
  ])
})

test('what was acknowledged has no error, and what failed lies nowhere', () => {
  const both = { position: { topic: 't', partition: 0, offset: 1 }, error: new Error('no') }
  expect(seen({ type: 'settled', op: 'm0', status: 'acknowledged', ...both })).not.toHaveProperty('error')
  expect(seen({ type: 'settled', op: 'm0', status: 'failed', ...both })).not.toHaveProperty('position')
})
