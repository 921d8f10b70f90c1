import { expect, test } from 'vitest'
import { clip, duration, grouped, labelled, plural, wrap } from './text.ts'

test('wraps words, and cuts what does not fit into the lines allowed', () => {
  expect(wrap('one two three four', 9)).toEqual(['one two', 'three', 'four'])
  expect(wrap('one two three four', 9, 2)).toEqual(['one two', 'three fo…'])
  expect(wrap('', 9)).toEqual([])
  expect(wrap('a-word-without-any-break', 9)).toEqual(['a-word-w…'])
})

test('puts a label beside the first line only', () => {
  expect(labelled('actual', `${'x'.repeat(80)} ${'y'.repeat(80)}`, 2)).toEqual([
    `actual      ${'x'.repeat(80)}`,
    `            ${'y'.repeat(80)}`,
  ])
})

test('writes numbers and times for people', () => {
  expect([0, 999, 1_000, 1_234_567].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567'])
  expect([plural(1, 'run'), plural(2, 'run')]).toEqual(['1 run', '2 runs'])
  expect([640, 12_340, 245_000].map(duration)).toEqual(['640 ms', '12.3 s', '4 min 5 s'])
  expect(clip('abcdef', 4)).toBe('abc…')
})
