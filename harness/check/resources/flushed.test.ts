import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  acknowledges,
  closed,
  closes,
  end,
  error,
  exits,
  fails,
  type Happening,
  publishes,
  stores,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'resources/3'
const CLOSED = error('CLOSED')
const queues = (at: number, op: string): Happening => [{ type: 'published', at, node: 'n1', op, status: 'queued' }]
const CLOSING = [closes(20), closed(30), end(99)]

test('what was under way is stored, or fails', () => {
  const happened = [publishes(10, 'm1'), publishes(11, 'm2'), stores(21, 'm1'), acknowledges(22, 'm1')]
  expect(examine(CLAUSE, [...happened, fails(23, 'm2', CLOSED), ...CLOSING])).toMatchObject(fine(2))
})

test('what was accepted before is stored only while it closes, or later', () => {
  expect(
    examine(CLAUSE, [publishes(10, 'm1'), acknowledges(11, 'm1'), stores(25, 'm1'), CLOSING.flat()]),
  ).toMatchObject(fine(1))
  expect(examine(CLAUSE, [publishes(10, 'm1'), queues(11, 'm1'), stores(25, 'm1'), CLOSING.flat()])).toMatchObject(
    fine(1),
  )
})

test('acknowledged while it closed, and never stored', () => {
  const { messages, violations } = examine(CLAUSE, [publishes(10, 'm1'), acknowledges(22, 'm1'), CLOSING.flat()])
  expect(messages).toEqual(['m1 was acknowledged, and dropped when n1 closed'])
  expect(violations[0]).toMatchObject({ op: 'm1', node: 'n1', at: 22, actual: 'acknowledged at 22 ms, never stored' })
})

test('acknowledged or queued before, and never stored', () => {
  expect(examine(CLAUSE, [publishes(10, 'm1'), acknowledges(11, 'm1'), CLOSING.flat()]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [publishes(10, 'm1'), queues(11, 'm1'), CLOSING.flat()]).messages).toEqual([
    'm1 was queued, and dropped when n1 closed',
  ])
})

test('what was stored or had failed before, or began later, was not under way', () => {
  const before = [...takes(5, 'm1'), ...publishes(10, 'm2'), ...fails(11, 'm2')]
  const after = [...publishes(21, 'm3'), ...acknowledges(22, 'm3')]
  expect(examine(CLAUSE, [before, CLOSING.flat(), after])).toMatchObject(fine(0))
})

test('nothing is judged without a close, without a witness, of a process that ended, or of a history that was cut', () => {
  const lost = [publishes(10, 'm1'), acknowledges(11, 'm1')]
  expect(examine(CLAUSE, [...lost, end(99)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...lost, ...CLOSING], { witness: 'none' })).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...lost, closes(20), exits(25), end(99)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...lost, ...CLOSING], { complete: false })).toMatchObject(fine(0))
})

test('a witness that reads at the end tells what was dropped, and not what had been stored by then', () => {
  const pending = [publishes(10, 'm1'), acknowledges(22, 'm1')]
  expect(examine(CLAUSE, [...pending, ...CLOSING], { witness: 'after' }).messages).toHaveLength(1)
  expect(examine(CLAUSE, [...pending, ...CLOSING, stores(98, 'm1')], { witness: 'after' }).messages).toEqual([])
})
