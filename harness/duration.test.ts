import { expect, test } from 'vitest'
import { type Duration, milliseconds, parseDuration } from './duration.ts'
import { UsageError } from './errors.ts'

test.each([
  ['1500ms', 1_500],
  ['90s', 90_000],
  ['1.5m', 90_000],
  ['.5s', 500],
  ['1h', 3_600_000],
  ['0s', 0],
] as const)('%s is %d ms, on the command line and in the API', (text, ms) => {
  expect(parseDuration(text, '--time')).toBe(ms)
  expect(milliseconds(text, 'time')).toBe(ms)
})

test('a number is milliseconds in the API', () => {
  expect(milliseconds(20_000, 'time')).toBe(20_000)
})

test.each([
  ['60', '--time 60 has no unit: write 60s'],
  ['soon', '--time soon is not a duration: write it like 90s, 5m or 1500ms'],
  ['', '--time  is not a duration: write it like 90s, 5m or 1500ms'],
  ['-1s', '--time -1s is not a duration: write it like 90s, 5m or 1500ms'],
  ['5 days', '--time 5 days is not a duration: write it like 90s, 5m or 1500ms'],
  ['1000h', '--time 1000h is too long: give at most 500h'],
])('%j is refused by one sentence that says what to write', (text, sentence) => {
  expect(() => parseDuration(text, '--time')).toThrow(new UsageError(sentence))
})

test.each([
  [Number.NaN, "time NaN is not a duration: give 0 or more, such as '90s'"],
  [-5, "time -5 is not a duration: give 0 or more, such as '90s'"],
  [Number.POSITIVE_INFINITY, 'time Infinity is too long: give at most 500h'],
  ['60' as Duration, 'time 60 has no unit: write 60s'],
])('the API refuses %j', (value, sentence) => {
  expect(() => milliseconds(value, 'time')).toThrow(new UsageError(sentence))
})
