import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { closed, closes, counts, end, error, exits, fault } from '../testing/story.case.ts'

const CLAUSE = 'resources/4'
const BEFORE = counts(0, 'baseline', { sockets: 1, timers: 0 })
const FAULT = fault(90, 120, 'consume')
const CLOSING = [...closes(100), ...closed(110)]
const left = (sockets: number, timers = 0) => [...counts(150, 'after', { sockets, timers }), ...end(200)]

test('everything else is closed, though a fault is in the way', () => {
  expect(examine(CLAUSE, [BEFORE, FAULT, CLOSING, left(1)])).toMatchObject(fine(1))
})

test('something else is left open', () => {
  const { messages, violations } = examine(CLAUSE, [BEFORE, FAULT, CLOSING, left(3, 1)])
  expect(messages).toEqual(['n1 closed only partly: it still holds 2 sockets, 1 timers more than before'])
  expect(violations[0]).toMatchObject({
    expected: 'everything is closed, despite a fault of consume while it closed',
    node: 'n1',
  })
})

test('a close that failed must have closed the rest too', () => {
  const failing = [...closes(100), ...closed(110, 0, error('TIMEOUT'))]
  expect(examine(CLAUSE, [BEFORE, failing, left(1)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [BEFORE, failing, left(2)]).messages).toHaveLength(1)
})

test('nothing is in the way of a quiet close, nor by a fault that touched nothing or had ended', () => {
  expect(examine(CLAUSE, [BEFORE, CLOSING, left(3)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [BEFORE, fault(90, 120, 'consume', false), CLOSING, left(3)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [BEFORE, fault(50, 60, 'consume'), CLOSING, left(3)])).toMatchObject(fine(0))
})

test('a process that ended, was never closed, or was not counted says nothing', () => {
  expect(examine(CLAUSE, [BEFORE, FAULT, closes(100), exits(105), left(3)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [BEFORE, FAULT, left(3)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [FAULT, CLOSING, left(3)])).toMatchObject(fine(0))
})
