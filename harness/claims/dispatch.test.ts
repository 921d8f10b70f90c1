import { describe, expect, test } from 'vitest'
import { STORY_DISPATCH, STORY_ENVELOPE } from '../check/testing/claims.case.ts'
import { contradictions } from '../contradictions.ts'
import { exampleClaims as claimed } from '../plan/claims.case.ts'
import type { DispatchClaim } from './dispatch.ts'
import { givenType, nameCase, registeredTypes, spelledTypes, unhandledBecause } from './dispatch-values.ts'

const told = (changes: Partial<DispatchClaim>) =>
  contradictions({
    ...claimed,
    envelope: STORY_ENVELOPE,
    dispatch: { ...STORY_DISPATCH, ...changes },
  })

describe('contradictions', () => {
  test('none', () => expect(told({})).toBeNull())

  test.each<readonly [Partial<DispatchClaim>, string]>([
    [{ type: 'sort' }, 'dispatch.type is sort, which envelope.fields does not have.'],
    [{ type: 'hops' }, 'dispatch.type is hops, of the type integer, but must be a choice.'],
    [{ type: 'category' }, 'dispatch.type and dispatch.category are both category.'],
    [{ category: 'kind', type: 'urgency' }, 'dispatch.category is kind, whose others are kept'],
    [{ domains: {} }, 'dispatch.domains has no type'],
    [{ domains: { orders: ['paid', 'paid'] } }, 'dispatch.domains has paid twice'],
    [{ domains: { orders: ['PAID'] } }, 'dispatch.domains has the type PAID, which is no choice'],
    [{ domains: { people: ['paid'] } }, 'dispatch.topics has the domain orders'],
    [
      { topics: [{ ends: 't', domain: 'orders', categories: ['QUERY'] }] },
      'dispatch.topics has the category QUERY, which is no choice of envelope.fields.category.',
    ],
    [
      { topics: ['t', 'at'].map((ends) => ({ ends, domain: 'orders', categories: ['EVENT'] })) },
      'dispatch.topics: at ends with t',
    ],
    [{ reason: { ...STORY_DISPATCH.reason, foreignDomain: 'CATEGORY' } }, 'dispatch.reason has one text for two'],
    [
      { names: { separator: '.', parts: [{ name: 'a', right: ['x'], wrong: ['x'] }] } },
      'dispatch.names.parts: "x" is both right and wrong for a.',
    ],
    [
      { names: { separator: '.', parts: [{ name: 'a', right: ['x.y'], wrong: [] }] } },
      'dispatch.names.parts: "x.y" of a has the separator "." in it.',
    ],
  ])('%j', (changes, sentence) => {
    expect(told(changes)).toContain(sentence)
  })

  test('with other claims', () => {
    expect(contradictions({ ...claimed, dispatch: STORY_DISPATCH })).toContain('dispatch is claimed without envelope')
    const { deadLetter: _, ...without } = { ...claimed, dispatch: STORY_DISPATCH, envelope: STORY_ENVELOPE }
    expect(contradictions(without)).toContain('dispatch is claimed without deadLetter')
  })
})

test('types are registered by their bits, and given in each spelling', () => {
  expect(registeredTypes(STORY_DISPATCH, 5)).toEqual(['paid', 'joined'])
  const types = spelledTypes(STORY_DISPATCH, STORY_ENVELOPE)
  expect(types.slice(0, 4)).toEqual(['paid', 'PAID', 'sent', 'joined'])
  expect(types.length).toBeGreaterThan(6)
  const given = (type: number, category: number) =>
    givenType(STORY_DISPATCH, STORY_ENVELOPE, { type, category, topic: 't' }).map(([, value]) => value)
  expect(given(1, 0)).toEqual(['PAID', 'EVENT'])
  expect(given(0, 2)).toEqual(['paid', 'COMMAND'])
})

test('all reasons are known for which a message has no handler', () => {
  const why = (type: string | null, category: string | null, types = ['paid', 'joined']) =>
    unhandledBecause(STORY_DISPATCH, STORY_ENVELOPE, { type, category, topic: 't', types })
  expect(why('PAID', 'EVENT')).toEqual([])
  expect(why('Paid', 'EVENT')).toEqual(['unregistered'])
  expect(why(null, 'COMMAND')).toEqual(['unregistered', 'wrongCategory'])
  expect(why('joined', 'EVENT')).toEqual(['foreignDomain'])
})

test('every second name is right, and each kind of wrong one comes', () => {
  const { names } = STORY_DISPATCH
  if (names === undefined) throw new Error('the example has names')
  const all = Array.from({ length: 200 }, (_, number) => nameCase(names, number))
  expect(all.filter(({ parts }) => parts !== null)).toHaveLength(100)
  const right = new Set(all.flatMap(({ name, parts }) => (parts === null ? [] : [name])))
  const wrong = new Set(all.flatMap(({ name, parts }) => (parts === null ? [name] : [])))
  expect([...right].filter((name) => wrong.has(name))).toEqual([])
  for (const name of ['', '.v1', 'orders', 'orders.1', 'ORDERS.v1', 'orders.v1.v1', '.orders.v1', 'orders.v1.'])
    expect([...wrong]).toContain(name)
})
