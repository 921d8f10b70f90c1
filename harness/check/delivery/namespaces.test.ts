import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { commits, end, gets, joins, stands, takes } from '../testing/story.case.ts'

const CLAUSE = 'delivery/9'
const HANDLED = [joins(0, 'c1'), takes(10, 'm0'), gets(12, 'c1', 'm0'), commits(13, 1)]

test('positions stand under the names of the groups that subscribed', () => {
  expect(examine(CLAUSE, [...HANDLED, stands(13, 1), end(20)])).toMatchObject(fine(1))
})

test('a position of a group without subscription', () => {
  const { messages, violations } = examine(CLAUSE, [joins(0, 'c1'), stands(13, 1, 'other'), end(20)])
  expect(messages).toEqual([
    'the system has a committed position of t/0 for group other, but no consumer subscribed as that group',
  ])
  expect(violations[0]).toMatchObject({ group: 'other', at: 13 })
})

test('a group that only subscribed while a bus closed', () => {
  const happened = [joins(0, 'c1', { group: 'prod-g' }), stands(13, 1, 'prod-trial'), end(20)]
  expect(examine(CLAUSE, happened, { prefix: 'prod-' })).toMatchObject(fine(1))
})

test('one that lacks its namespace is told so', () => {
  const happened = [joins(0, 'c1', { group: 'prod-g' }), stands(13, 1, 'g'), end(20)]
  expect(examine(CLAUSE, happened, { prefix: 'prod-' }).messages).toEqual([
    'the system has a committed position of t/0 for group g, but no consumer subscribed as that group, and its name lacks the namespace prod-',
  ])
})

test('what was committed and is not found under its name', () => {
  const happened = [...HANDLED, joins(0, 'c2', { group: 'h' }), stands(13, 1, 'h')]
  expect(examine(CLAUSE, [...happened, end(20)]).messages).toEqual([
    'g committed t/0 up to 1, but the system has no position under this name',
  ])
  expect(examine(CLAUSE, happened, { complete: false })).toMatchObject(fine(1))
})

test('a commit that the system does not have, though it has one before it', () => {
  const further = [takes(14, 'm1'), gets(15, 'c1', 'm1'), commits(16, 2)]
  const { messages, violations } = examine(CLAUSE, [...HANDLED, stands(13, 1), ...further, end(20)])
  expect(messages).toEqual(['g reported a commit of t/0 up to 2, but the system has only 1'])
  expect(violations[0]).toMatchObject({ group: 'g', at: 16 })
  expect(examine(CLAUSE, [...HANDLED, stands(13, 1), ...further, stands(17, 3), end(20)])).toMatchObject(fine(1))
})

test('a commit that went back soon afterwards may not have been seen', () => {
  const back = [takes(14, 'm1'), gets(15, 'c1', 'm1'), commits(16, 2), commits(17, 1)]
  expect(examine(CLAUSE, [...HANDLED, ...back, stands(18, 1), end(20)])).toMatchObject(fine(1))
})

test('a commit that says only where a group begins need not be found', () => {
  const begins = [joins(0, 'c2', { group: 'h' }), commits(1, 0, { group: 'h', consumer: 'c2' })]
  expect(examine(CLAUSE, [...HANDLED, ...begins, stands(13, 1), end(20)])).toMatchObject(fine(1))
  const latest = [joins(12, 'c2', { group: 'h', from: 'latest' }), commits(14, 1, { group: 'h', consumer: 'c2' })]
  expect(examine(CLAUSE, [...HANDLED, ...latest, stands(13, 1), end(20)])).toMatchObject(fine(1))
})

test('without a witness the adapter is believed about its groups', () => {
  expect(examine(CLAUSE, [...HANDLED, end(20)], { witness: 'none' })).toMatchObject(fine(1))
  const foreign = [...HANDLED, commits(14, 1, { group: 'other' }), end(20)]
  expect(examine(CLAUSE, foreign, { witness: 'none' }).messages).toHaveLength(1)
})

test('a witness that finds no positions cannot tell', () => {
  expect(examine(CLAUSE, [...HANDLED, end(20)])).toMatchObject(fine(0))
})
