import { expect, test } from 'vitest'
import { createSpans } from './spans.ts'

test('nothing touches what never began', () => {
  expect(createSpans().touch(0, 100)).toBe(false)
})

test('a span lasts until it is ended, both ends included', () => {
  const spans = createSpans()
  const endIt = spans.begin(10)
  expect([spans.touch(0, 9), spans.touch(0, 10), spans.touch(99, 100)]).toEqual([false, true, true])
  endIt(20)
  expect([spans.touch(20, 30), spans.touch(21, 30)]).toEqual([true, false])
})

test('a long span is found behind short ones that began later', () => {
  const spans = createSpans()
  spans.begin(0)(100)
  for (const at of [10, 20, 30]) spans.begin(at)(at + 1)
  expect([spans.touch(50, 60), spans.touch(101, 200), spans.touch(-5, -1)]).toEqual([true, false, false])
})
