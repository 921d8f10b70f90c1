import { describe, expect, test } from 'vitest'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { fault, gets, joins, publishes, reportsDeadLetter, takes, tries } from '../testing/story.case.ts'
import { supportOf } from './support.ts'

const CLAUSE = 'retry/2'

test('the support of the formula: the cap comes before the jitter, and it stays finite', () => {
  const claim = STORY_CLAIMS.retry
  if (claim === undefined) throw new Error('the stories claim retries')
  expect(supportOf(claim, 1)).toEqual({ least: 5, most: 15 })
  expect(supportOf(claim, 2)).toEqual({ least: 10, most: 30 })
  expect(supportOf(claim, 3)).toEqual({ least: 15, most: 45 })
  expect(supportOf(claim, 10_000)).toEqual({ least: 15, most: 45 })
})

describe('between two attempts of a publish', () => {
  const waited = (wait: number, options = {}) =>
    examine(CLAUSE, [publishes(10, 'm1'), tries(10, 12, 'm1'), tries(12 + wait, 13 + wait, 'm1', 2)], options)
  test('the wait lies inside', () => {
    for (const wait of [5, 10, 15]) expect(waited(wait)).toMatchObject(fine(1))
  })
  test('the wait is too short', () => {
    const { messages, violations } = waited(4.5)
    expect(messages).toEqual(['attempt 2 of m1 came 4.5 ms after the one before it'])
    expect(violations[0]?.expected).toBe('a wait of 5 to 15 ms')
  })
  test('the wait is too long', () => {
    expect(waited(17).messages).toHaveLength(1)
    expect(waited(17, { slack: 5 })).toMatchObject(fine(1))
  })
  test('real timers may be a millisecond early, not more', () => {
    expect(waited(4.1, { site: 'real' })).toMatchObject(fine(1))
    expect(waited(3.9, { site: 'real' }).messages).toHaveLength(1)
  })
  test('each wait is judged by its own number', () => {
    const third = (at: number) => [
      publishes(10, 'm1'),
      tries(10, 12, 'm1'),
      tries(22, 24, 'm1', 2),
      tries(at, at + 1, 'm1', 3),
    ]
    expect(examine(CLAUSE, third(44))).toMatchObject(fine(2))
    expect(examine(CLAUSE, third(31)).messages).toEqual(['attempt 3 of m1 came 7 ms after the one before it'])
  })
  test('wrong numbers hide no wait', () => {
    const happened = [publishes(10, 'm1'), tries(10, 12, 'm1'), tries(13, 14, 'm1', 1), tries(34, 35, 'm1', 7)]
    expect(examine(CLAUSE, happened)).toMatchObject({
      occasions: 2,
      messages: ['attempt 2 of m1 came 1 ms after the one before it'],
    })
  })
  test('a single attempt has none, and a cut history tells what it knows', () => {
    expect(examine(CLAUSE, [publishes(10, 'm1'), tries(10, 12, 'm1')])).toMatchObject(fine(0))
    expect(waited(1, { complete: false }).messages).toHaveLength(1)
  })
})

describe('between two attempts of a handler', () => {
  const START = [joins(0, 'c1'), takes(10, 'm1'), gets(12, 'c1', 'm1', { outcome: 'retryable', until: 20 })]
  const second = (at: number) => gets(at, 'c1', 'm1', { attempt: 2 })
  test('a breaker of the subscription that is open may prolong it, and never shorten it', () => {
    const claims = { ...STORY_CLAIMS, subscriberBreaker: { failures: 1, reset: 100 } }
    expect(examine(CLAUSE, [...START, second(120)], { claims })).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...START, second(22)], { claims }).messages).toHaveLength(1)
  })
  test('the wait lies inside', () => {
    expect(examine(CLAUSE, [...START, second(30)])).toMatchObject(fine(1))
  })
  test('the wait is too short, or too long', () => {
    expect(examine(CLAUSE, [...START, second(22)]).messages).toEqual(['c1 got m1 again 2 ms after it rejected it'])
    expect(examine(CLAUSE, [...START, second(90)]).messages).toHaveLength(1)
  })
  test('a member that was busy with another message may be late', () => {
    expect(examine(CLAUSE, [...START, gets(25, 'c1', 'm2', { until: 90 }), second(90)])).toMatchObject(fine(1))
  })
  test('a member whose other message was dead-lettered meanwhile may be late, but not later than that', () => {
    const failed = gets(25, 'c1', 'm2', { outcome: 'permanent', until: 26 })
    const happened = (at: number) => [...START, failed, reportsDeadLetter(60, 'm2'), second(at)]
    expect(examine(CLAUSE, happened(60))).toMatchObject(fine(1))
    expect(examine(CLAUSE, happened(70)).messages).toEqual(['c1 got m1 again 50 ms after it rejected it'])
    expect(examine(CLAUSE, [...START, failed, second(60)]).messages).toHaveLength(1)
  })
  test('a redelivery is no retry', () => {
    expect(examine(CLAUSE, [...START, joins(21, 'c2'), second(21)])).toMatchObject(fine(0))
    expect(examine(CLAUSE, [...START, fault(19, 25, 'consume'), second(90)])).toMatchObject(fine(0))
    expect(examine(CLAUSE, [...START, gets(21, 'c1', 'm1')])).toMatchObject(fine(0))
  })
  test('wrong numbers hide no wait in calm', () => {
    const calm = [joins(0, 'c1'), takes(1_000, 'm1'), gets(1_002, 'c1', 'm1', { outcome: 'retryable' })]
    const once = (attempt: number) => [...calm, gets(1_004, 'c1', 'm1', { attempt })]
    for (const attempt of [1, 2, 7])
      expect(examine(CLAUSE, once(attempt))).toMatchObject({
        occasions: 1,
        messages: ['c1 got m1 again 2 ms after it rejected it'],
      })
  })
  test('each wait is judged by the count of the calls, whatever their numbers', () => {
    const calm = [joins(0, 'c1'), takes(1_000, 'm1'), gets(1_002, 'c1', 'm1', { outcome: 'retryable' })]
    const second = gets(1_012, 'c1', 'm1', { attempt: 1, outcome: 'retryable' })
    const { violations } = examine(CLAUSE, [...calm, second, gets(1_018, 'c1', 'm1', { attempt: 1 })])
    expect(violations).toHaveLength(1)
    expect(violations[0]?.expected).toBe('a wait of 10 to 30 ms before attempt 3')
  })
  test('in a cut history may lack what disturbed it', () => {
    expect(examine(CLAUSE, [...START, second(22)], { complete: false, witness: 'after' })).toMatchObject(fine(0))
  })
})
