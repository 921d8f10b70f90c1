import { expect, test } from 'vitest'
import { fine } from '../testing/examine.case.ts'
import { configures, refusing, taken } from '../testing/story.case.ts'
import { judging } from './configured.case.ts'

const judged = judging('configuration/2')
const ALL = { file: { GROUP: 'a' }, environment: { GROUP: 'b' }, arguments: { GROUP: 'c' } }
const group = (value: string, from: 'default' | 'file' | 'environment' | 'argument') =>
  taken({ GROUP: { value, from } })

test.each([
  ['arguments before all', ALL, group('c', 'argument')],
  ['the environment before a file', { ...ALL, arguments: {} }, group('b', 'environment')],
  ['a file before the default', { file: ALL.file }, group('a', 'file')],
])('%s', (_, given, met) => {
  expect(judged(configures(10, given, met))).toMatchObject(fine(1))
})

test.each([
  [
    ALL,
    group('b', 'argument'),
    'GROUP="c" as an argument',
    '"b", as without it: GROUP="b" in the environment, GROUP="a" in the file',
  ],
  [
    ALL,
    group('default', 'argument'),
    'GROUP="c" as an argument',
    '"default", as without it: GROUP="b" in the environment, GROUP="a" in the file',
  ],
  [{ file: ALL.file }, taken(), 'GROUP="a" in the file', '"default", as without it: the default'],
] as const)('the strongest is followed: %j', (given, met, followed, actual) => {
  const { messages, violations } = judged(configures(10, given, met))
  expect(messages).toEqual([`the adapter of n1 does not follow ${followed}`])
  expect(violations[0]).toMatchObject({ actual, op: 'configuration-10' })
})

test('texts of the environment are compared as what they stand for', () => {
  const given = { file: { THRESHOLD: 3 }, environment: { THRESHOLD: '3' } }
  expect(judged(configures(10, given, taken({ THRESHOLD: { value: 3, from: 'environment' } })))).toMatchObject(fine(1))
  const { messages } = judged(configures(10, given, taken({ THRESHOLD: { value: 3, from: 'file' } })))
  expect(messages).toEqual(['the adapter of n1 tells the wrong source of THRESHOLD'])
})

test('the source is told, also of a default and of a secret', () => {
  expect(judged(configures(10, {}, group('default', 'file'))).messages).toEqual([
    'the adapter of n1 tells the wrong source of GROUP',
  ])
  const masked = taken({ PASSWORD: { value: '***', from: 'file' } })
  expect(judged(configures(10, { environment: { PASSWORD: 'swordfish' } }, masked)).messages).toEqual([
    'the adapter of n1 tells the wrong source of PASSWORD',
  ])
})

test('another value, or none, is the matter of another clause', () => {
  expect(judged(configures(10, ALL, group('d', 'argument')))).toMatchObject(fine(1))
  const { GROUP: _, ...settings } = taken().settings
  expect(judged(configures(10, ALL, { environment: null, settings }))).toMatchObject(fine(1))
})

test('what was refused, or must be', () => {
  expect(judged(configures(10, ALL, refusing('GROUP')))).toMatchObject(fine(0))
  expect(judged(configures(10, { ...ALL, file: { TIMEOUT: 0 } }, taken()))).toMatchObject(fine(0))
})
