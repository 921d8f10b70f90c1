import { expect, test } from 'vitest'
import { fine } from '../testing/examine.case.ts'
import { closes, configures, drained, error, exits, PERMANENT, refusing, stalls, taken } from '../testing/story.case.ts'
import { judging } from './configured.case.ts'

const judged = judging('configuration/1')
const TOO_SHORT = { file: { TIMEOUT: 0 } } as const

test('defaults hold', () => {
  expect(judged(configures(10, {}, taken()))).toMatchObject(fine(1))
  const { messages, violations } = judged(configures(10, {}, taken({ ACKS: { value: '1', from: 'default' } })))
  expect(messages).toEqual(['the adapter of n1 has another ACKS than its default'])
  expect(violations[0]).toMatchObject({ expected: '"all"', actual: '"1"', op: 'configuration-10', node: 'n1', at: 10 })
})

test('a default that depends on the environment is the matter of another clause', () => {
  expect(judged(configures(10, {}, taken({ THRESHOLD: { value: 7, from: 'default' } })))).toMatchObject(fine(1))
})

test('what is given is taken as it is, with its type', () => {
  const given = { environment: { TIMEOUT: '12.5', IDEMPOTENT: 'false' }, arguments: { GROUP: 'orders' } }
  const settings = {
    TIMEOUT: { value: 12.5, from: 'environment' },
    IDEMPOTENT: { value: false, from: 'environment' },
    GROUP: { value: 'orders', from: 'argument' },
  } as const
  expect(judged(configures(10, given, taken(settings)))).toMatchObject(fine(1))
  const clamped = { ...settings, TIMEOUT: { value: 12, from: 'environment' } } as const
  const text = { ...settings, IDEMPOTENT: { value: 'false', from: 'environment' } } as const
  expect(judged(configures(10, given, taken(clamped)), configures(20, given, taken(text))).messages).toEqual([
    'the adapter of n1 has another TIMEOUT than TIMEOUT="12.5" in the environment',
    'the adapter of n1 has another IDEMPOTENT than IDEMPOTENT="false" in the environment',
  ])
})

test('a value as a weaker source has it is the matter of another clause', () => {
  const given = { file: { GROUP: 'a' }, arguments: { GROUP: 'b' } }
  expect(judged(configures(10, given, taken({ GROUP: { value: 'a', from: 'file' } })))).toMatchObject(fine(1))
  expect(judged(configures(10, given, taken()))).toMatchObject(fine(1))
})

test('every setting is told', () => {
  const { GROUP: _, ...settings } = taken().settings
  const { violations } = judged(configures(10, {}, { environment: 'development', settings }))
  expect(violations).toMatchObject([{ expected: '"default"', actual: 'it is not told' }])
})

test('what is allowed is not refused', () => {
  const { messages } = judged(configures(10, { file: { TIMEOUT: 300 } }, refusing('TIMEOUT is too long')))
  expect(messages).toEqual(['the adapter of n1 refuses settings that are allowed'])
})

test.each([
  ['a file', TOO_SHORT, 'TIMEOUT=0 in the file'],
  ['the environment', { environment: { TIMEOUT: 'many' } }, 'TIMEOUT="many" in the environment'],
  ['arguments', { arguments: { THRESHOLD: 1.5 } }, 'THRESHOLD=1.5 as an argument'],
  ['text for a number, in a file', { file: { TIMEOUT: '30' } }, 'TIMEOUT="30" in the file'],
  ['text', { arguments: { GROUP: '' } }, 'GROUP="" as an argument'],
  ['a choice', { file: { ACKS: 'most' } }, 'ACKS="most" in the file'],
  ['an unknown name', { file: { TIMEOUTS: 1 } }, 'TIMEOUTS, which is no setting'],
  ['an unknown name that every object has', { file: { constructor: 1 } }, 'constructor, which is no setting'],
])('what is not allowed in %s is refused', (_, given, what) => {
  const name = what.split(/[=,]/)[0] ?? ''
  const refused = configures(10, given, refusing(`${name} is wrong`), { error: refusing(`${name} is wrong`) })
  expect(judged(refused)).toMatchObject(fine(1))
  expect(judged(configures(10, given, taken())).messages).toEqual([`the adapter of n1 takes ${what}`])
})

test('unknown variables of the environment belong to somebody else', () => {
  expect(judged(configures(10, { environment: { TIMEOUTS: '1' } }, taken()))).toMatchObject(fine(1))
})

test('the error names the setting, and is permanent', () => {
  expect(judged(configures(10, TOO_SHORT, refusing('out of range'))).messages).toEqual([
    'the adapter of n1 refuses, without naming it, TIMEOUT=0 in the file',
  ])
  expect(judged(configures(10, TOO_SHORT, refusing('out of range', { causes: ['TIMEOUT: 0'] })))).toMatchObject(fine(1))
  expect(judged(configures(10, TOO_SHORT, error('BUSY', { message: 'TIMEOUT is 0' }))).messages).toEqual([
    'the adapter of n1 refuses, as if to try again, TIMEOUT=0 in the file',
  ])
})

test('a longer name is another one', () => {
  expect(judged(configures(10, TOO_SHORT, refusing('SESSION_TIMEOUT and TIMEOUT-1 are wrong'))).messages).toHaveLength(
    1,
  )
  expect(judged(configures(10, TOO_SHORT, refusing('"TIMEOUT": 0')))).toMatchObject(fine(1))
})

test('of several wrong settings any may be named', () => {
  const given = { file: { TIMEOUT: 0, GROUP: '' } }
  expect(judged(configures(10, given, refusing('GROUP is empty')))).toMatchObject(fine(1))
})

test('a bus does not open with them, and does not connect before it fails', () => {
  const named = refusing('TIMEOUT is 0')
  const opening = (end: { readonly connections?: number; readonly error?: typeof PERMANENT }) =>
    judged(configures(10, TOO_SHORT, named, end)).messages
  expect(opening({ error: named })).toEqual([])
  expect(opening({})).toEqual(['the adapter of n1 opens a bus with TIMEOUT=0 in the file'])
  expect(opening({ connections: 2, error: named })).toEqual([
    'the adapter of n1 connects before it refuses TIMEOUT=0 in the file',
  ])
  const still = [configures(10, TOO_SHORT, named, { error: PERMANENT }), stalls(5, 300)]
  expect(judged(...still)).toMatchObject(fine(1))
  expect(opening({ error: PERMANENT })).toEqual([
    'the adapter of n1 refuses to open a bus, without naming it, with TIMEOUT=0 in the file',
  ])
})

test('conflicts are the matter of another clause', () => {
  expect(judged(configures(10, { file: { ACKS: '1' } }, taken()))).toMatchObject(fine(0))
})

test('a secret is told as anything but itself', () => {
  const given = { environment: { PASSWORD: 'swordfish' } }
  const masked = taken({ PASSWORD: { value: '***', from: 'environment' } })
  expect(judged(configures(10, given, masked))).toMatchObject(fine(1))
  const told = taken({ PASSWORD: { value: 'swordfish', from: 'environment' } })
  expect(judged(configures(10, given, told)).messages).toEqual(['the adapter of n1 tells PASSWORD, which is secret'])
  const quoted = { environment: { PASSWORD: 'sword"fish' } }
  expect(
    judged(configures(10, quoted, taken({ PASSWORD: { value: 'a sword"fish', from: 'environment' } }))).messages,
  ).toHaveLength(1)
  const both = { ...TOO_SHORT, ...given }
  expect(judged(configures(10, both, refusing('TIMEOUT is 0, PASSWORD swordfish'))).messages).toEqual([
    'the adapter of n1 tells PASSWORD, which is secret',
  ])
})

test('it answers, unless its process ends or stands still', () => {
  const silent = configures(10, {}, null)
  expect(judged(silent, drained(2_100)).messages).toEqual(['the adapter of n1 neither takes nor refuses its settings'])
  expect(judged(silent, drained(2_010))).toMatchObject(fine(0))
  expect(judged(silent, exits(20), drained(2_100))).toMatchObject(fine(0))
  expect(judged(silent, stalls(100, 900), drained(2_100))).toMatchObject(fine(0))
})

test('a closed bus has nothing to do with it', () => {
  expect(judged(closes(5), configures(10, {}, taken()))).toMatchObject(fine(1))
})
