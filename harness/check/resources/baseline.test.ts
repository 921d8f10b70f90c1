import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { counts } from '../testing/story.case.ts'

const CLAUSE = 'resources/1'
const BEFORE = counts(0, 'baseline', { sockets: 1, timers: 0 })

test('back at the baseline, or below it', () => {
  expect(examine(CLAUSE, [BEFORE, counts(99, 'after', { sockets: 1 })])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [BEFORE, counts(99, 'after', { sockets: 0, timers: 0 })])).toMatchObject(fine(1))
})

test('something is left', () => {
  const { messages, violations } = examine(CLAUSE, [BEFORE, counts(99, 'after', { sockets: 3, timers: 1 })])
  expect(messages).toEqual([
    'n1 still has 2 more sockets after close than before',
    'n1 still has 1 more timers after close than before',
  ])
  expect(violations[0]).toMatchObject({ expected: 'sockets: 1', actual: 'sockets: 3' })
})

test('a kind that was not there before counts from nothing', () => {
  expect(examine(CLAUSE, [BEFORE, counts(99, 'after', { members: 1 })]).messages).toEqual([
    'n1 still has 1 more members after close than before',
  ])
})

test('each owner by itself, and only with a baseline', () => {
  const server = [counts(0, 'baseline', { sessions: 0 }, 'server'), counts(99, 'after', { sessions: 0 }, 'server')]
  expect(examine(CLAUSE, [BEFORE, ...server, counts(99, 'after', { sockets: 1 })])).toMatchObject(fine(2))
  expect(examine(CLAUSE, [counts(99, 'after', { sockets: 9 }, 'n2')])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [BEFORE], { complete: false })).toMatchObject(fine(0))
})
