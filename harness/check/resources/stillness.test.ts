import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  asksToLeave,
  closed,
  closes,
  end,
  error,
  exits,
  gets,
  type Happening,
  joins,
  leaves,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'resources/2'
const TAKEN = [joins(0, 'c1'), takes(10, 'm1')]
const running = (until: number | null): Happening => gets(20, 'c1', 'm1', { until })

test('a close that waits for the handler, with nothing delivered afterwards', () => {
  expect(examine(CLAUSE, [...TAKEN, running(30), leaves(25, 'c1', 5), end(999)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...TAKEN, running(30), closes(25), closed(30), end(999)])).toMatchObject(fine(1))
})

test('an acknowledged message that waits is an occasion, an idle close none', () => {
  expect(examine(CLAUSE, [...TAKEN, leaves(25, 'c1', 5), end(999)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...TAKEN, gets(12, 'c1', 'm1'), leaves(25, 'c1', 5), end(999)])).toMatchObject(fine(0))
})

test('a handler that still runs when close has resolved', () => {
  const { messages, violations } = examine(CLAUSE, [...TAKEN, leaves(25, 'c1', 1), running(30), end(999)])
  expect(messages).toEqual(['the handler of c1 still ran with m1 when close of c1 had resolved'])
  expect(violations[0]?.actual).toBe('close of c1 resolved at 26 ms, the handler ended at 30 ms')
  expect(examine(CLAUSE, [...TAKEN, closes(25), closed(26), running(30), end(999)]).messages).toEqual([
    'the handler of c1 still ran with m1 when close of n1 had resolved',
  ])
})

test('a handler that never ends, unless the history was cut', () => {
  const happened = [...TAKEN, running(null), leaves(25, 'c1', 1)]
  expect(examine(CLAUSE, [...happened, end(999)]).messages).toHaveLength(1)
  expect(examine(CLAUSE, happened, { complete: false })).toMatchObject(fine(1))
})

test('a delivery after close has resolved', () => {
  const late = gets(40, 'c1', 'm1')
  expect(examine(CLAUSE, [...TAKEN, leaves(25, 'c1', 5), late, end(999)]).messages).toEqual([
    'm1 was delivered to c1 after close of c1 had resolved',
  ])
  expect(examine(CLAUSE, [...TAKEN, leaves(25, 'c1', 5), late], { complete: false }).messages).toHaveLength(1)
  expect(examine(CLAUSE, [...TAKEN, closes(25), closed(30), late, end(999)]).messages).toEqual([
    'm1 was delivered to c1 after close of n1 had resolved',
  ])
})

test('the first call that resolves is the one that counts', () => {
  const calls = [closes(25), closes(25, 1), closed(26, 1), closed(45)]
  expect(examine(CLAUSE, [...TAKEN, ...calls, gets(40, 'c1', 'm1'), end(999)]).messages).toEqual([
    'm1 was delivered to c1 after close of n1 had resolved',
  ])
})

test('while it is closing, messages may still come; of one moment, the order decides', () => {
  expect(examine(CLAUSE, [...TAKEN, leaves(25, 'c1', 9), gets(28, 'c1', 'm1'), end(999)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...TAKEN, gets(34, 'c1', 'm1'), leaves(25, 'c1', 9), end(999)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...TAKEN, leaves(25, 'c1', 9), gets(34, 'c1', 'm1'), end(999)]).messages).toHaveLength(1)
})

test('nothing is owed by a close that failed, by another consumer, or by a process that ended', () => {
  const failed: Happening = [{ type: 'unsubscribed', at: 26, node: 'n1', consumer: 'c1', error: error('CLOSED') }]
  expect(examine(CLAUSE, [...TAKEN, asksToLeave(25, 'c1'), failed, running(30), end(999)]).messages).toEqual([])
  const other = [joins(0, 'c2'), leaves(15, 'c2', 1)]
  expect(examine(CLAUSE, [...TAKEN, ...other, running(30), end(999)]).messages).toEqual([])
  expect(examine(CLAUSE, [...TAKEN, running(null), leaves(25, 'c1', 1), exits(27), end(999)])).toMatchObject(fine(0))
})
