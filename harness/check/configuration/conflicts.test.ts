import { expect, test } from 'vitest'
import { fine } from '../testing/examine.case.ts'
import { configures, type GivenTo, refusing, taken } from '../testing/story.case.ts'
import { judging } from './configured.case.ts'

const judged = judging('configuration/4')
const BOTH = refusing('IDEMPOTENT and ACKS conflict')

test.each<[string, GivenTo]>([
  ['with a default', { file: { ACKS: '1' } }],
  ['given by two sources', { environment: { IDEMPOTENT: 'true' }, arguments: { ACKS: '0' } }],
  ['given in spite of a weaker source', { file: { IDEMPOTENT: false, ACKS: '1' }, arguments: { IDEMPOTENT: true } }],
])('settings that conflict are refused: %s', (_, given) => {
  expect(judged(configures(10, given, BOTH, { error: BOTH }))).toMatchObject(fine(1))
  const { messages } = judged(configures(10, given, taken()))
  const acks = given.arguments?.ACKS ?? given.file?.ACKS
  expect(messages).toEqual([`the adapter of n1 takes IDEMPOTENT=true with ACKS="${acks}"`])
})

test('the error names both, and nothing connects', () => {
  const given = { file: { ACKS: '1' } }
  expect(judged(configures(10, given, refusing('ACKS is wrong'))).messages).toEqual([
    'the adapter of n1 refuses, without naming it, IDEMPOTENT=true with ACKS="1"',
  ])
  expect(judged(configures(10, given, BOTH, { connections: 1, error: BOTH })).messages).toEqual([
    'the adapter of n1 connects before it refuses IDEMPOTENT=true with ACKS="1"',
  ])
})

test('a stronger source that ends the conflict', () => {
  const given = { file: { ACKS: '1' }, arguments: { IDEMPOTENT: false } }
  expect(judged(configures(10, given, taken()))).toMatchObject(fine(0))
})

test('something else that is wrong comes first', () => {
  expect(judged(configures(10, { file: { ACKS: '1', TIMEOUT: 0 } }, refusing('TIMEOUT')))).toMatchObject(fine(0))
})
