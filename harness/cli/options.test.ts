import { expect, test } from 'vitest'
import { UsageError } from '../errors.ts'
import { durationOf, parseClauses, parseRuns, parseSeed } from './options.ts'

test('numbers are taken whole, and durations become milliseconds', () => {
  expect(parseSeed('0')).toBe(0)
  expect(parseSeed('4294967295')).toBe(4_294_967_295)
  expect(parseRuns('400')).toBe(400)
  expect(durationOf('--time')('1.5s')).toBe(1_500)
})

test.each([
  ['', parseSeed],
  ['-1', parseSeed],
  ['1.5', parseSeed],
  ['4294967296', parseSeed],
  ['many', parseRuns],
  ['0', parseRuns],
])('%j is refused with the range', (text, parse) => {
  expect(() => parse(text)).toThrow(/^Give a/)
})

test('a duration is refused by the name of its option', () => {
  expect(() => durationOf('--shrink')('20')).toThrow(new UsageError('--shrink 20 has no unit: write 20s'))
})

test('clauses may be repeated, and parted by commas', () => {
  expect(parseClauses('retry/2, breaker', parseClauses('ordering/1', undefined))).toEqual([
    'ordering/1',
    'retry/2',
    'breaker',
  ])
})
