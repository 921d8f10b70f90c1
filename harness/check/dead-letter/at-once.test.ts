import { describe, expect, test } from 'vitest'
import { claimsWithout } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { deadLetters, fault, gets, joins, reportsDeadLetter, stores, takes } from '../testing/story.case.ts'

const CLAUSE = 'dead-letter/8'
const TAKEN = [joins(0, 'c1'), takes(1_000, 'm1')]
const rejects = (at: number, attempt = 1, outcome: 'retryable' | 'permanent' = 'retryable') =>
  gets(at, 'c1', 'm1', { attempt, outcome })
const TWICE = [...TAKEN, rejects(1_010), rejects(1_020, 2)]
const dueAfter = (attempts: string): string[] => [`m1 was dead-lettered in group g after ${attempts}`]

describe('the attempts before a dead letter', () => {
  test('are those of the policy', () => {
    expect(examine(CLAUSE, [...TWICE, deadLetters(1_022, 'm1')])).toMatchObject(fine(1))
  })
  test('are fewer where one was rejected as permanent', () => {
    const at = deadLetters(1_032, 'm1')
    expect(examine(CLAUSE, [...TAKEN, rejects(1_010, 1, 'permanent'), at])).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...TAKEN, rejects(1_010), rejects(1_020, 2, 'permanent'), at])).toMatchObject(fine(1))
  })
  test('are too few', () => {
    const { messages, violations } = examine(CLAUSE, [...TWICE.slice(0, 3), deadLetters(1_012, 'm1')])
    expect(messages).toEqual(dueAfter('1 attempt (dead letter early)'))
    expect(violations[0]).toMatchObject({ op: 'm1', group: 'g', node: 'n1', at: 1_012, actual: 'retryable' })
  })
  test.each([
    ['retryable', rejects(1_040, 3)],
    ['permanent', rejects(1_040, 3, 'permanent')],
    ['a success', gets(1_040, 'c1', 'm1', { attempt: 3 })],
  ])('are too many, the last one %s', (_name, third) => {
    expect(examine(CLAUSE, [...TWICE, third, deadLetters(1_042, 'm1')]).messages).toEqual(dueAfter('3 attempts'))
  })
  test('are one where no retries of handlers are claimed', () => {
    const claims = claimsWithout('handling')
    const once = [...TWICE.slice(0, 3), deadLetters(1_012, 'm1')]
    expect(examine(CLAUSE, once, { claims })).toMatchObject(fine(1))
  })
})

describe('a dead letter', () => {
  test('comes long after the last attempt', () => {
    const { messages, violations } = examine(CLAUSE, [...TWICE, deadLetters(1_200, 'm1')])
    expect(messages).toEqual(['the dead letter of m1 in group g came long after the last attempt'])
    expect(violations[0]).toMatchObject({
      expected: 'within 100 ms, because nothing delayed it',
      actual: '180 ms after it',
    })
  })
  test('that was read after the run came when it was reported', () => {
    const happened = [...TWICE, deadLetters(5_000, 'm1'), reportsDeadLetter(1_030, 'm1')]
    expect(examine(CLAUSE, happened, { witness: 'after' })).toMatchObject(fine(1))
  })
  test.each([
    ['a fault was in its way', fault(1_021, 1_300, 'dead-letter')],
    ['a member joined', joins(1_100, 'c2')],
    ['its message was stored twice', stores(1_003, 'm1', { offset: 9 })],
  ])('is no occasion where %s', (_name, cause) => {
    expect(examine(CLAUSE, [...TWICE, cause, deadLetters(1_310, 'm1')])).toMatchObject(fine(0))
  })
  test('of an undelivered message is judged elsewhere, and none is no occasion', () => {
    expect(examine(CLAUSE, [...TAKEN, deadLetters(1_010, 'm1')])).toMatchObject(fine(0))
    expect(examine(CLAUSE, TWICE)).toMatchObject(fine(0))
  })
})
