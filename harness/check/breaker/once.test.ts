import { describe, expect, test } from 'vitest'
import { claimsWithout, STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { aborts, begins, breaker, ends, fails, OPEN, PERMANENT, publishes, tries } from '../testing/story.case.ts'

const CLAUSE = 'breaker/9'
const FIRST = tries(10, 12, 'm1')
const GIVEN_UP = [...begins(14, 'm2'), ...ends(15, 'm2', 1, 'cancelled')]
const FOR_GOOD = tries(14, 15, 'm2', 1, PERMANENT)
const counted = (op: string, as: string): string[] => [
  `the breaker of n1 counted ${op} (cancelled or failed for good) as a ${as}`,
]
const TWICE = ['the breaker of n1 counted one failure more than once']

test('two failures open it, and each counts once', () => {
  expect(examine(CLAUSE, [FIRST, tries(20, 22, 'm1', 2), breaker(22, 'closed', 'open')])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [FIRST, breaker(12, 'closed', 'open')]).messages).toEqual(TWICE)
})

test('a count that no success begins anew is for another clause', () => {
  const anew = [FIRST, tries(14, 15, 'm2', 1, 'ok'), tries(20, 22, 'm1', 2), breaker(22, 'closed', 'open')]
  expect(examine(CLAUSE, anew)).toMatchObject(fine(0))
})

describe.each([
  ['given up', GIVEN_UP],
  ['failed for good', FOR_GOOD],
])('a call that was %s', (_name, nothing) => {
  const SECOND = tries(20, 22, 'm3')
  test('counts not at all', () => {
    expect(examine(CLAUSE, [FIRST, nothing, SECOND, breaker(22, 'closed', 'open')])).toMatchObject(fine(1))
  })
  test('counted as a failure', () => {
    expect(examine(CLAUSE, [FIRST, nothing, breaker(15, 'closed', 'open')]).messages).toEqual(counted('m2', 'failure'))
  })
  test('counted as a success', () => {
    expect(examine(CLAUSE, [FIRST, nothing, SECOND, begins(30, 'm4')]).messages).toEqual(counted('m2', 'success'))
  })
})

test('an aborted publish that counted as a failure is named, with the threshold', () => {
  const aborted = [publishes(14, 'm2'), begins(14, 'm2'), aborts(15, 'm2'), ends(15, 'm2', 1, 'cancelled')]
  expect(examine(CLAUSE, [FIRST, ...aborted, breaker(15, 'closed', 'open')]).violations).toMatchObject([
    {
      message: 'the breaker of n1 counted the aborted m2 as a failure',
      expected: expect.stringMatching(/^open after 2 failed calls in a row; /),
      actual: 'open after 1 failed call and 0 successful ones; m2 was aborted and must not count',
    },
  ])
})

describe('in half-open', () => {
  const HALF_OPEN = [breaker(22, 'closed', 'open'), breaker(122, 'open', 'half-open'), begins(122, 'm1')]
  const cancelled = ends(123, 'm1', 1, 'cancelled')
  test('a probe that was given up neither closes nor opens it', () => {
    expect(examine(CLAUSE, [...HALF_OPEN, cancelled, begins(125, 'm2')])).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...HALF_OPEN, cancelled, breaker(123, 'half-open', 'open')]).messages).toEqual(
      counted('m1', 'failure'),
    )
    const closed = [cancelled, tries(125, 126, 'm2', 1, 'ok'), breaker(126, 'half-open', 'closed')]
    expect(examine(CLAUSE, [...HALF_OPEN, ...closed]).messages).toEqual(counted('m1', 'success'))
  })
})

test('what came too late is for another clause', () => {
  const late = [begins(5, 'm9'), breaker(22, 'closed', 'open'), breaker(122, 'open', 'half-open')]
  expect(examine(CLAUSE, [...late, ends(123, 'm9', 1, 'cancelled')])).toMatchObject(fine(0))
})

describe('a refusal', () => {
  /** The second retry is due from 32 to 52 ms, and the breaker open from 22 on. */
  const WAITING = [publishes(10, 'm1'), FIRST, tries(20, 22, 'm1', 2), breaker(22, 'closed', 'open')]
  const HALF_OPEN = breaker(122, 'open', 'half-open')
  test('ends the publish', () => {
    expect(examine(CLAUSE, [...WAITING, fails(40, 'm1', OPEN), HALF_OPEN])).toMatchObject(fine(1))
  })
  test('was tried again', () => {
    expect(examine(CLAUSE, [...WAITING, HALF_OPEN, begins(130, 'm1', 3)]).messages).toEqual([
      'attempt 3 of m1 was made although the breaker of n1 must have refused it',
    ])
  })
  test('is not sure where the breaker let calls through again when the retry was due', () => {
    expect(examine(CLAUSE, [...WAITING, breaker(50, 'open', 'half-open'), begins(60, 'm1', 3)])).toMatchObject(fine(0))
  })
  test('plays no part where nothing is retried, or the breaker wraps the retries', () => {
    const inside = { ...STORY_CLAIMS, breaker: { ...STORY_CLAIMS.breaker, retry: 'inside' } } as typeof STORY_CLAIMS
    for (const claims of [claimsWithout('retry'), inside]) {
      expect(examine(CLAUSE, [...WAITING, HALF_OPEN, begins(130, 'm1', 3)], { claims }).messages).not.toContain(
        'attempt 3 of m1 was made although the breaker of n1 must have refused it',
      )
    }
  })
})

test('a cut history tells what it knows', () => {
  expect(examine(CLAUSE, [FIRST, breaker(12, 'closed', 'open')], { complete: false }).messages).toEqual(TWICE)
})
