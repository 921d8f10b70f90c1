import { expect, test } from 'vitest'
import { claimsWithout, STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { deadLetters, gets, joins, reportsDeadLetter, takes } from '../testing/story.case.ts'

const CLAUSE = 'dead-letter/6'
const FAILED = [joins(0, 'c1'), takes(10, 'm1'), gets(12, 'c1', 'm1', { outcome: 'permanent' })]
const lies = (topic: string) => deadLetters(20, 'm1', {}, { position: { topic, partition: 0, offset: 0 } })
const WRONG = ['the dead letter of m1 is in another topic than claimed']
const single = { ...STORY_CLAIMS, deadLetter: { naming: 'single', name: 'dead' } } as const

test("lies where its topic's dead letters lie", () => {
  expect(examine(CLAUSE, [...FAILED, lies('t.dlq')])).toMatchObject(fine(1))
})

test('lies among those of another topic', () => {
  const { messages, violations } = examine(CLAUSE, [...FAILED, lies('u.dlq')])
  expect(messages).toEqual(WRONG)
  expect(violations[0]).toMatchObject({ expected: 't.dlq', actual: 'u.dlq', op: 'm1', at: 20 })
})

test('lies in the one topic for all, where that is claimed', () => {
  expect(examine(CLAUSE, [...FAILED, lies('dead')], { claims: single })).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...FAILED, lies('t.dlq')], { claims: single }).messages).toEqual(WRONG)
})

test('without a dead letter that a witness read there is no occasion', () => {
  expect(examine(CLAUSE, FAILED)).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...FAILED, reportsDeadLetter(20, 'm1')], { witness: 'none' })).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...FAILED, lies('u.dlq')], { claims: claimsWithout('deadLetter') })).toMatchObject(fine(0))
})
