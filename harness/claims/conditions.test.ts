import { expect, test } from 'vitest'
import { ALL_CLAIMS, claimsWithout, STORY_CLAIMS } from '../check/testing/claims.case.ts'
import { type DeadLetterClaim, type Figure, fixed, settable } from '../claims.ts'
import { isClaimed } from './index.ts'

test('every bus owes what is always owed', () => {
  expect(isClaimed({ claim: 'always' }, claimsWithout('retry', 'handling', 'breaker', 'deadLetter'))).toBe(true)
})

test.each([
  ['retry', 'retry'],
  ['handling', 'handling'],
  ['breaker', 'breaker'],
  ['dead-letter', 'deadLetter'],
  ['redrive', 'redrive'],
  ['connections', 'connections'],
] as const)('%s is owed by who claims it', (condition, name) => {
  expect(isClaimed({ claim: condition }, STORY_CLAIMS)).toBe(true)
  expect(isClaimed({ claim: condition }, claimsWithout(name))).toBe(false)
})

test.each(['pool', 'stats', 'write', 'degradation'] as const)('%s is owed by who claims it', (condition) => {
  expect(isClaimed({ claim: condition }, ALL_CLAIMS)).toBe(true)
  expect(isClaimed({ claim: condition }, STORY_CLAIMS)).toBe(false)
})

test('what cannot be read is owed a dead letter by who claims that', () => {
  const deadLetter = { naming: 'per-topic', name: '.dlq' } as const
  const claiming = (claim: DeadLetterClaim) => isClaimed({ claim: 'poison' }, { ...STORY_CLAIMS, deadLetter: claim })
  expect(claiming({ ...deadLetter, poison: true })).toBe(true)
  expect(claiming(deadLetter)).toBe(false)
  expect(isClaimed({ claim: 'poison' }, claimsWithout('deadLetter'))).toBe(false)
})

test('jitter is owed by who claims some', () => {
  const { retry } = STORY_CLAIMS
  if (retry === undefined) throw new Error('the stories claim retries')
  const claiming = (low: number, high: number) =>
    isClaimed({ claim: 'jitter' }, { ...STORY_CLAIMS, retry: { ...retry, jitter: { low, high } } })
  expect(claiming(0.5, 1.5)).toBe(true)
  expect(claiming(1, 1)).toBe(false)
  expect(isClaimed({ claim: 'jitter' }, claimsWithout('retry'))).toBe(false)
})

test('jitter is owed where it can be told from the lateness of timers', () => {
  const claiming = (base: Figure, high: Figure, cap = fixed(100)) =>
    isClaimed(
      { claim: 'jitter' },
      {
        ...STORY_CLAIMS,
        retry: {
          formula: 'exponential',
          ...{ base, factor: fixed(2), cap, retries: settable(1, 1, 2), jitter: { low: fixed(0.9), high } },
        },
      },
    )
  expect(claiming(fixed(100), fixed(1.3))).toBe(true)
  expect(claiming(fixed(100), fixed(1.2))).toBe(false)
  expect(claiming(fixed(100), settable(1.2, 1, 2))).toBe(true)
  expect(claiming(fixed(10), fixed(1.9))).toBe(false)
  expect(claiming(settable(10, 10, 30), fixed(1.9))).toBe(true)
  expect(claiming(fixed(100), fixed(1.3), fixed(90))).toBe(false)
})

test('stronger claims include weaker ones', () => {
  expect(isClaimed({ claim: 'at-least-once' }, { ...STORY_CLAIMS, delivery: 'exactly-once' })).toBe(true)
  expect(isClaimed({ claim: 'at-least-once' }, { ...STORY_CLAIMS, delivery: 'at-most-once' })).toBe(false)
  expect(isClaimed({ claim: 'per-key-ordering' }, { ...STORY_CLAIMS, ordering: 'total' })).toBe(true)
  expect(isClaimed({ claim: 'per-key-ordering' }, { ...STORY_CLAIMS, ordering: 'none' })).toBe(false)
  expect(isClaimed({ claim: 'per-partition-ordering' }, { ...STORY_CLAIMS, ordering: 'total' })).toBe(true)
  expect(isClaimed({ claim: 'per-partition-ordering' }, STORY_CLAIMS)).toBe(false)
})
