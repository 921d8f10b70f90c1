import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  closed,
  closes,
  end,
  error,
  exits,
  fails,
  fault,
  gets,
  joins,
  publishes,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'resources/2'
const CLOSED = error('CLOSED', { effect: 'unknown' })

test('a quiet close is fine and no occasion', () => {
  expect(examine(CLAUSE, [closes(100), closed(110), end(999)])).toMatchObject(fine(0))
})

test('with a publish pending, a handler running, a fault or a second call it is one', () => {
  expect(
    examine(CLAUSE, [publishes(99, 'm1'), closes(100), fails(105, 'm1', CLOSED), closed(110), end(999)]),
  ).toMatchObject(fine(1))
  expect(
    examine(CLAUSE, [
      joins(0, 'c1'),
      takes(90, 'm1'),
      gets(99, 'c1', 'm1', { until: 105 }),
      closes(100),
      closed(110),
      end(999),
    ]),
  ).toMatchObject(fine(1))
  expect(examine(CLAUSE, [fault(90, 200, 'consume'), closes(100), closed(110), end(999)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [closes(100), closes(100, 1), closed(110), closed(110, 1), end(999)])).toMatchObject(fine(2))
})

test('a call that fails', () => {
  const happened = [closes(100), closes(101, 1), closed(110), closed(102, 1, error('CLOSED')), end(999)]
  expect(examine(CLAUSE, happened).messages).toEqual(['call 1 of close of n1 failed'])
})

test('a call that takes too long, or for ever', () => {
  expect(examine(CLAUSE, [closes(100), closed(602), end(999)]).messages).toEqual(['close of n1 took too long'])
  expect(examine(CLAUSE, [closes(100), end(999)]).messages).toEqual(['close of n1 never settled'])
})

test("a running handler's own time is not counted", () => {
  const slow = [joins(0, 'c1'), takes(90, 'm1'), gets(99, 'c1', 'm1', { until: 700 })]
  expect(examine(CLAUSE, [...slow, closes(100), closed(750), end(999)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...slow, closes(100), closed(1_300), end(1_999)]).messages).toHaveLength(1)
})

test('what was pending settles with it', () => {
  const pending = [publishes(99, 'm1'), closes(100), closed(110)]
  expect(examine(CLAUSE, [...pending, end(999)]).messages).toEqual([
    'the publish of m1 was pending when n1 closed, and never settled',
  ])
  expect(examine(CLAUSE, [...pending, fails(150, 'm1', CLOSED), end(999)]).messages).toEqual([
    'the publish of m1 was pending when n1 closed, and settled only later',
  ])
})

test('a process that ended before owes nothing', () => {
  expect(examine(CLAUSE, [publishes(99, 'm1'), closes(100), exits(101), end(999)])).toMatchObject(fine(0))
})

test('a history that was cut does not say that it hung', () => {
  const happened = [publishes(99, 'm1'), closes(100), end(999)]
  expect(examine(CLAUSE, happened, { complete: false })).toMatchObject(fine(1))
  expect(examine(CLAUSE, [closes(100), closed(602)], { complete: false }).messages).toHaveLength(1)
})
