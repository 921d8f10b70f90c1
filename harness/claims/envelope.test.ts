import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { everyClaim } from '../plan/claims.case.ts'
import { type EnvelopeClaim, type EnvelopeField, envelope } from './envelope.ts'
import { CASES, givenFields, isOf, keptValue, NO_FIELDS, refusedFields } from './envelope-values.ts'

const claim = everyClaim.envelope
const withField = (name: string, field: EnvelopeField): EnvelopeClaim => ({
  ...claim,
  fields: { ...claim.fields, [name]: field },
})
const contradiction = (changed: EnvelopeClaim, claims = {}): string | null =>
  envelope.contradiction(changed, { ...everyClaim, ...claims })

describe('a claim that contradicts itself', () => {
  test('this one does not', () => expect(contradiction(claim)).toBeNull())
  test.each<[string, EnvelopeClaim]>([
    ['envelope.fields is empty, so there is no envelope.', { fields: {} }],
    [
      'envelope.fields.a is of the type text, but choices and others are for a choice, which needs both.',
      withField('a', { type: 'text', others: 'kept' }),
    ],
    [
      'envelope.fields.a is of the type choice, but choices and others are for a choice, which needs both.',
      withField('a', { type: 'choice', choices: { b: [] } }),
    ],
    [
      'envelope.fields.a.choices is empty, so nothing can be chosen.',
      withField('a', { type: 'choice', choices: {}, others: 'kept' }),
    ],
    [
      'envelope.fields.a.choices has B twice, so that it has two meanings.',
      withField('a', { type: 'choice', choices: { b: ['B'], c: ['B'] }, others: 'kept' }),
    ],
    [
      'envelope.fields.a.least is 2, above envelope.fields.a.most (1).',
      withField('a', { type: 'integer', least: 2, most: 1 }),
    ],
    [
      'envelope.fields.a.absent is generated, but only a uuid, a text, a time or a traceparent can be.',
      withField('a', { type: 'integer', absent: 'generated' }),
    ],
    [
      'envelope.fields.a is of the type uuid, but only a text can have the value of a setting.',
      withField('a', { type: 'uuid', absent: { setting: 'GROUP' } }),
    ],
    [
      'envelope.fields.a.absent is the setting ENVIRONMENT, which configuration does not have.',
      withField('a', { type: 'text', absent: { setting: 'ENVIRONMENT' } }),
    ],
    [
      'envelope.fields.a.absent is the setting PASSWORD, which must be a text that is no secret and has a default.',
      withField('a', { type: 'text', absent: { setting: 'PASSWORD' } }),
    ],
    [
      'envelope.fields.a.absent is the setting TIMEOUT, which must be a text that is no secret and has a default.',
      withField('a', { type: 'text', absent: { setting: 'TIMEOUT' } }),
    ],
    [
      'envelope.fields.a.absent is the setting DEAD_LETTER_TOPIC, which must be a text that is no secret and has a default.',
      withField('a', { type: 'text', absent: { setting: 'DEAD_LETTER_TOPIC' } }),
    ],
    [
      'envelope.fields.a is of the type text, but least and most are for an integer.',
      withField('a', { type: 'text', least: 1 }),
    ],
    [
      'envelope.fields.a.least is 2147483648, above envelope.fields.a.most (2147483647).',
      withField('a', { type: 'integer', least: 2 ** 31 }),
    ],
    [
      'envelope.fields.busproof-op is a header of busproof itself; give the field another name.',
      withField('busproof-op', { type: 'text' }),
    ],
    [
      'envelope.messageId and envelope.correlationId are both message, so no two messages could share a correlation.',
      { ...claim, correlationId: 'message' },
    ],
    [
      'envelope.fields.a.absent is "10", which the field does not take.',
      withField('a', { type: 'integer', most: 9, absent: { value: '10' } }),
    ],
    ['envelope.messageId is a, which envelope.fields does not have.', { ...claim, messageId: 'a' }],
    ['envelope.messageId is hops, of the type integer, but must be a uuid or a text.', { ...claim, messageId: 'hops' }],
    [
      'envelope.correlationId is causation, which must be generated where it is absent.',
      { ...claim, correlationId: 'causation' },
    ],
    [
      'envelope.causationId is correlation, which must stay out where nothing caused the message.',
      { ...claim, causationId: 'correlation' },
    ],
    [
      'envelope.causationId is claimed without messageId, so it has nothing to name.',
      { fields: claim.fields, causationId: 'causation' },
    ],
    [
      'envelope.fields.id is also the header of deduplication, by which callers give it; leave one of them out.',
      withField('id', { type: 'text' }),
    ],
  ])('%s', (sentence, changed) => {
    expect(contradiction(changed)).toBe(sentence)
  })
  test('a name that the bus does not take', () => {
    const messages = { ...everyClaim.messages, headerNames: 'token' as const }
    expect(contradiction(withField('a b', { type: 'text' }), { messages })).toBe(
      'envelope.fields.a b is no token, and messages.headerNames says that every name is.',
    )
  })
})

test.each([
  ['an unknown type', { fields: { a: { type: 'json' } } }],
  ['an unknown part', { fields: { a: { type: 'text', default: '' } } }],
  ['a name without letters', { fields: { '': { type: 'text' } } }],
  ['a spelling that is no list', { fields: { a: { type: 'choice', choices: { b: 'B' }, others: 'kept' } } }],
  ['a bound that is no whole number', { fields: { a: { type: 'integer', most: 1.5 } } }],
  ['no fields', { messageId: 'a' }],
])('a claim with %s has the wrong shape', (_, wrong) => {
  expect(envelope.shape().safeParse(wrong).success).toBe(false)
  expect(envelope.shape().safeParse(claim).success).toBe(true)
})

test('what callers give is what the fields take, and other for each message', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: CASES - 1 }), fc.nat(50), (index, number) => {
      const fields = givenFields(claim, index, `m${number}`)
      for (const [name, value] of fields) {
        const field = claim.fields[name] as EnvelopeField
        expect(isOf(field, keptValue(field, value))).toBe(true)
      }
      expect(givenFields(claim, index, `m${number}`)).toEqual(fields)
      const id = fields.find(([name]) => name === 'message')
      if (id !== undefined) expect(givenFields(claim, index, `m${number + 1}`)).not.toContainEqual(id)
    }),
  )
})

test('the first way gives every field, none gives none, and every kind of value is given by some way', () => {
  expect(givenFields(claim, 0, 'm1').map(([name]) => name)).toEqual(Object.keys(claim.fields))
  expect(givenFields(claim, NO_FIELDS, 'm1')).toEqual([])
  const all = Array.from({ length: CASES }, (_, index) => givenFields(claim, index, 'm1')).flat()
  const given = (field: string) => new Set(all.filter(([name]) => name === field).map(([, value]) => value))
  expect(given('urgency')).toEqual(new Set(['low', 'LOW', 'high', 'HIGH', 'High']))
  expect(given('hops')).toEqual(new Set(['0', '4', '9']))
  expect(given('source')).toContain('')
  expect(given('source')).toContain('0017')
  expect(Math.max(...[...given('source')].map(({ length }) => length))).toBe(2_000)
})

test('no field takes what it must refuse', () => {
  const refused = refusedFields(claim)
  expect(new Set(refused.map(({ name }) => name))).toEqual(
    new Set(Object.keys(claim.fields).filter((name) => claim.fields[name]?.type !== 'text')),
  )
  for (const { name, values } of refused) {
    const [value] = values
    if (values.length !== 1 || typeof value !== 'string') continue
    const field = claim.fields[name] as EnvelopeField
    expect(isOf(field, keptValue(field, value)), `${name} ${value}`).toBe(false)
  }
})
