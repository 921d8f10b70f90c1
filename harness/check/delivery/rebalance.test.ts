import { expect, test } from 'vitest'
import { claimsWithout } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { commits, deadLetters, drained, gets, holds, joins, kills, leaves, takes } from '../testing/story.case.ts'

const CLAUSE = 'delivery/10'
const THREE = [joins(0, 'c1'), takes(10, 'm0'), takes(11, 'm1'), takes(12, 'm2')]
const NODE = { node: 'n2' }
const SECOND = joins(100, 'c2', NODE)
const FIRST = [...THREE, gets(20, 'c1', 'm0')]
const gone = gets(30, 'c1', 'm1', { until: null })

test('what a member had in hand, and what it had not come to, goes to the next one', () => {
  const happened = [...FIRST, gone, kills(40), SECOND, gets(110, 'c2', 'm1', NODE), gets(111, 'c2', 'm2', NODE)]
  expect(examine(CLAUSE, [...happened, drained(200)])).toMatchObject(fine(2))
})

test('what a killed member had in hand is lost', () => {
  const happened = [...FIRST, gone, commits(35, 2), kills(40), SECOND, gets(111, 'c2', 'm2', NODE), drained(200)]
  const { messages, violations } = examine(CLAUSE, happened)
  expect(messages).toEqual([
    'm1 was lost to group g when t/0 moved from c1 to c2: c1 was handling it, and no consumer received it again',
  ])
  expect(violations[0]).toMatchObject({ op: 'm1', actual: 'c2 started with m2 at 2, at 111 ms' })
})

test('what a member that leaves had not come to is lost', () => {
  const happened = [...FIRST, leaves(40, 'c1'), SECOND, gets(111, 'c2', 'm2', NODE), drained(200)]
  expect(examine(CLAUSE, happened).messages).toEqual([
    'm1 was lost to group g when t/0 moved from c1 to c2: c1 had not received it, and no consumer received it again',
  ])
})

test('what is lost is told once, however often the partition goes on', () => {
  const moved = [
    SECOND,
    gets(111, 'c2', 'm2', NODE),
    holds(120, 'assigned', 'c1'),
    takes(125, 'm3'),
    gets(130, 'c1', 'm3'),
  ]
  expect(examine(CLAUSE, [...FIRST, ...moved, drained(200)]).messages).toHaveLength(1)
})

test('a dead letter accounts for it, and so does a later call of a handler', () => {
  const next = [SECOND, gets(111, 'c2', 'm2', NODE)]
  expect(examine(CLAUSE, [...FIRST, ...next, deadLetters(150, 'm1'), drained(200)])).toMatchObject(fine(2))
  const refused = gets(120, 'c2', 'm1', { ...NODE, outcome: 'permanent' })
  expect(examine(CLAUSE, [...FIRST, ...next, refused, drained(200)])).toMatchObject(fine(2))
})

test('a bus without dead letters has nowhere else to put what failed', () => {
  const after = (outcome: 'permanent' | 'retryable') => {
    const failed = gets(30, 'c1', 'm1', { outcome })
    return [...FIRST, failed, leaves(40, 'c1'), SECOND, gets(111, 'c2', 'm2', NODE), drained(200)]
  }
  const claims = claimsWithout('deadLetter')
  expect(examine(CLAUSE, after('permanent'), { claims })).toMatchObject(fine(2))
  expect(examine(CLAUSE, after('retryable'), { claims }).messages).toHaveLength(1)
})

test("what comes after the first message of the new member is not its predecessor's", () => {
  const happened = [...FIRST, SECOND, gets(111, 'c2', 'm1', NODE), drained(200)]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(2))
})

test('without a change of hands there is no occasion', () => {
  const stays = [...FIRST, gets(30, 'c1', 'm1'), gets(40, 'c1', 'm2'), drained(200)]
  expect(examine(CLAUSE, stays)).toMatchObject(fine(0))
  const back = [...FIRST, holds(25, 'assigned', 'c1'), gets(40, 'c1', 'm2'), drained(200)]
  expect(examine(CLAUSE, back)).toMatchObject(fine(0))
})

test('a history that was cut, or a group without a live member, cannot tell', () => {
  const happened = [...FIRST, leaves(40, 'c1'), SECOND, gets(111, 'c2', 'm2', NODE)]
  expect(examine(CLAUSE, [...happened, drained(200)], { complete: false })).toMatchObject(fine(0))
  expect(examine(CLAUSE, happened)).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...happened, kills(150, 'n2'), drained(200)])).toMatchObject(fine(0))
})
