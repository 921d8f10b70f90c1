import { expect, test } from 'vitest'
import { exampleConfiguration } from '../../claims/configuration.case.ts'
import { givenFor } from '../../claims/configuration-cases.ts'
import { effectiveIn } from '../../claims/configuration-rules.ts'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine, headerOf } from '../testing/examine.case.ts'
import {
  because,
  deadLetters,
  faultOf,
  gets,
  type Happening,
  publishes,
  sealed,
  stores,
} from '../testing/story.case.ts'

const NOTHING = { file: null, environment: {}, arguments: {} }
const uuid = (digit: string): string =>
  `${digit.repeat(8)}-${digit.repeat(4)}-4${digit.repeat(3)}-8${digit.repeat(3)}-${digit.repeat(12)}`
const fieldsOf = (digit: string) =>
  ({
    id: uuid(digit),
    correlation: uuid(digit),
    trace: `00-${digit.repeat(32)}-${'7'.repeat(16)}-01`,
    sent: '2026-01-01T00:00:00.000Z',
    hops: '0',
  }) as const
type Fields = Readonly<Record<string, string | undefined>>
const made = (happened: Happening, digit = '1', changes: Fields = {}): Happening => {
  const fields: Fields = { ...fieldsOf(digit), ...changes }
  return sealed(
    happened,
    ...Object.entries(fields).flatMap(([name, value = null]) => (value === null ? [] : [[name, value] as const])),
  )
}
const judged = (...happened: readonly Happening[]) =>
  examine('envelope/2', [publishes(1, 'm1'), ...happened], { claims: ALL_CLAIMS })

test('what was left out is the same everywhere, and that of no other message', () => {
  const first = [stores(2, 'm1'), gets(5, 'c1', 'm1'), gets(6, 'c2', 'm1'), deadLetters(9, 'm1')].map((one) =>
    made(one),
  )
  const other = [publishes(3, 'm2'), made(stores(4, 'm2'), '2')]
  expect(judged(...first, ...other)).toEqual({ ...fine(5), violations: [] })
})

test.each([
  ['has no id', { id: undefined }, 'id', 'one id, a uuid'],
  ['has an id of another type', { id: '17' }, 'id', 'one id, a uuid'],
  ['has a trace of zeros', { trace: `00-${'0'.repeat(32)}-${'7'.repeat(16)}-01` }, 'trace', 'one trace, a traceparent'],
  ['has a day that does not exist', { sent: '2026-13-01T00:00:00Z' }, 'sent', 'one sent, a time'],
  ['lacks a default', { hops: undefined }, 'hops', 'hops "0", as nobody gave one'],
  ['has another default', { hops: '1' }, 'hops', 'hops "0", as nobody gave one'],
  ['has what nobody gave', { source: 'here' }, 'source', 'no source, as nobody gave one'],
] as const)('a message %s', (_, changes: Fields, name, expected) => {
  const { messages, violations } = judged(made(stores(2, 'm1'), '1', changes))
  expect(messages).toEqual([`m1 has a wrong ${name} where it was stored`])
  expect(violations[0]).toMatchObject({ expected })
})

test.each(['id', 'correlation', 'trace', 'sent'] as const)('another %s at the second delivery', (name) => {
  const changes = { [name]: name === 'sent' ? '2026-01-01T00:00:01.000Z' : fieldsOf('3')[name] }
  const { messages, violations } = judged(
    made(gets(5, 'c1', 'm1')),
    made(gets(7, 'c1', 'm1', { attempt: 2 }), '1', changes),
  )
  expect(messages).toEqual([`m1 has a wrong ${name} where it was delivered`])
  expect(violations[0]?.expected).toContain('as where it was delivered')
})

test.each(['id', 'correlation', 'trace'] as const)('the %s of another message', (name) => {
  const shared = made(stores(4, 'm2'), '2', { [name]: fieldsOf('1')[name] })
  const { messages, violations } = judged(made(stores(2, 'm1')), publishes(3, 'm2'), shared)
  expect(messages).toEqual([`m2 has a wrong ${name} where it was stored`])
  expect(violations[0]).toMatchObject({ expected: `a ${name} of its own, not that of m1` })
})

test('a time that is not that of the publish', () => {
  const startedAt = Date.parse('2026-01-01T00:00:00.000Z')
  const at = (sent: string, ...more: readonly Happening[]) =>
    examine('envelope/2', [publishes(100, 'm1'), ...more, made(stores(120, 'm1'), '1', { sent })], {
      claims: ALL_CLAIMS,
      startedAt,
    })
  for (const ms of ['100', '110', '120']) expect(at(`2026-01-01T00:00:00.${ms}Z`)).toMatchObject(fine(1))
  for (const sent of ['2026-01-01T00:00:00.050Z', '2026-01-01T00:00:00.200Z', '1970-01-01T00:00:00.000Z'])
    expect(at(sent).messages).toEqual(['m1 has a wrong sent where it was stored'])
  expect(at('1970-01-01T00:00:00.000Z', faultOf('clock-step')(50, 60, 'publish'))).toMatchObject(fine(1))
})

test('a redriven copy has the envelope of its message', () => {
  expect(judged(made(stores(2, 'm1')), made(stores(50, 'm1~redriven')))).toMatchObject(fine(2))
  const lost = made(stores(50, 'm1~redriven'), '1', { id: undefined })
  expect(judged(made(stores(2, 'm1')), lost).messages).toEqual(['m1 has a wrong id where it was stored'])
})

test('the same time, and a trace with another parent', () => {
  const trace = `00-${'1'.repeat(32)}-${'8'.repeat(16)}-01`
  expect(judged(made(stores(2, 'm1')), made(gets(3, 'c1', 'm1'), '1', { trace }))).toMatchObject(fine(2))
})

test('what a message takes over from its cause is left to another clause, and nothing else', () => {
  const after = [
    because('c1#0', publishes(6, 'm2')),
    made(stores(7, 'm2'), '2', { correlation: uuid('1'), trace: fieldsOf('1').trace, cause: uuid('1') }),
  ]
  const cause = [made(stores(2, 'm1')), made(gets(5, 'c1', 'm1'))]
  expect(judged(...cause, ...after)).toMatchObject(fine(3))
  const shared = [because('c1#0', publishes(6, 'm2')), made(stores(7, 'm2'), '2', { id: uuid('1') })]
  expect(judged(...cause, ...shared).messages).toEqual(['m2 has a wrong id where it was stored'])
})

test('a field that takes over a setting has the value of its node', () => {
  const envelope = { fields: { broker: { type: 'text', absent: { setting: 'GROUP' } } } } as const
  const claims = { ...ALL_CLAIMS, envelope, configuration: exampleConfiguration }
  const { seed } = headerOf({ claims }).plan
  const nodes = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8']
  const settings = new Map(
    nodes.map((node) => [
      node,
      effectiveIn(exampleConfiguration, givenFor(claims, `${seed}/${node}`) ?? NOTHING, 'GROUP'),
    ]),
  )
  expect(new Set(settings.values()).size).toBeGreaterThan(1)
  const published = (valueFor: (node: string) => string): Happening[] =>
    nodes.flatMap((node, index) => [
      publishes(index, `m${index}`, { node }),
      sealed(stores(index + 10, `m${index}`), ['broker', valueFor(node)]),
    ])
  const judging = (valueFor: (node: string) => string) => examine('envelope/2', published(valueFor), { claims })
  expect(judging((node) => `${settings.get(node)}`)).toMatchObject(fine(8))
  const { violations } = judging(() => 'default')
  expect(violations.length).toBe([...settings.values()].filter((value) => value !== 'default').length)
  expect(violations[0]?.expected).toMatch(/^broker "[^"]+", the setting GROUP of n\d, as nobody gave one$/)
})
