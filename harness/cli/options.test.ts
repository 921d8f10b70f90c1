import { expect, test } from 'vitest'
import { parseClauses, parseRuns, parseSeconds, parseSeed } from './options.ts'

test('numbers are taken whole, and seconds become milliseconds', () => {
  expect(parseSeed('0')).toBe(0)
  expect(parseSeed('4294967295')).toBe(4_294_967_295)
  expect(parseRuns('400')).toBe(400)
  expect(parseSeconds('1.5')).toBe(1_500)
})

test.each([
  ['', parseSeed],
  ['-1', parseSeed],
  ['1.5', parseSeed],
  ['4294967296', parseSeed],
  ['many', parseRuns],
  ['0', parseRuns],
  ['0', parseSeconds],
  ['Infinity', parseSeconds],
  ['', parseSeconds],
])('%j is refused with the range', (text, parse) => {
  expect(() => parse(text)).toThrow(/^Give a/)
})

test('clauses may be repeated, and parted by commas', () => {
  expect(parseClauses('retry/2, breaker', parseClauses('ordering/1', undefined))).toEqual([
    'ordering/1',
    'retry/2',
    'breaker',
  ])
})
