import { expect, test } from 'vitest'
import { isClaimed } from './claimed.ts'
import { claimsWithout, STORY_CLAIMS } from './testing/claims.case.ts'

test('every bus owes what is always owed', () => {
  expect(isClaimed('always', claimsWithout('retry', 'handling', 'breaker', 'deadLetter'))).toBe(true)
})

test.each([
  ['retry', 'retry'],
  ['handling', 'handling'],
  ['breaker', 'breaker'],
  ['dead-letter', 'deadLetter'],
] as const)('%s is owed by who claims it', (condition, name) => {
  expect(isClaimed(condition, STORY_CLAIMS)).toBe(true)
  expect(isClaimed(condition, claimsWithout(name))).toBe(false)
})

test('stronger claims include weaker ones', () => {
  expect(isClaimed('at-least-once', { ...STORY_CLAIMS, delivery: 'exactly-once' })).toBe(true)
  expect(isClaimed('at-least-once', { ...STORY_CLAIMS, delivery: 'at-most-once' })).toBe(false)
  expect(isClaimed('per-key-ordering', { ...STORY_CLAIMS, ordering: 'total' })).toBe(true)
  expect(isClaimed('per-key-ordering', { ...STORY_CLAIMS, ordering: 'none' })).toBe(false)
})
