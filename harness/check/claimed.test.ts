import { expect, test } from 'vitest'
import { isClaimed } from './claimed.ts'
import { claimsWithout, STORY_CLAIMS } from './testing/claims.case.ts'

test('every bus owes what is always owed', () => {
  expect(isClaimed({ claim: 'always' }, claimsWithout('retry', 'handling', 'breaker', 'deadLetter'))).toBe(true)
})

test.each([
  ['retry', 'retry'],
  ['handling', 'handling'],
  ['breaker', 'breaker'],
  ['dead-letter', 'deadLetter'],
  ['connections', 'connections'],
] as const)('%s is owed by who claims it', (condition, name) => {
  expect(isClaimed({ claim: condition }, STORY_CLAIMS)).toBe(true)
  expect(isClaimed({ claim: condition }, claimsWithout(name))).toBe(false)
})

test('stronger claims include weaker ones', () => {
  expect(isClaimed({ claim: 'at-least-once' }, { ...STORY_CLAIMS, delivery: 'exactly-once' })).toBe(true)
  expect(isClaimed({ claim: 'at-least-once' }, { ...STORY_CLAIMS, delivery: 'at-most-once' })).toBe(false)
  expect(isClaimed({ claim: 'per-key-ordering' }, { ...STORY_CLAIMS, ordering: 'total' })).toBe(true)
  expect(isClaimed({ claim: 'per-key-ordering' }, { ...STORY_CLAIMS, ordering: 'none' })).toBe(false)
  expect(isClaimed({ claim: 'per-partition-ordering' }, { ...STORY_CLAIMS, ordering: 'total' })).toBe(true)
  expect(isClaimed({ claim: 'per-partition-ordering' }, STORY_CLAIMS)).toBe(false)
})
