import { expect, test } from 'vitest'
import { claimsWithout } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { counts, fault, type Happening, slows } from '../testing/story.case.ts'

const CLAUSE = 'resources/5'
const openedAt = (at: number): Happening => [
  ...counts(0, 'baseline', { sockets: 1 }),
  { type: 'opened', at, node: 'n1' },
]
const OPENED = openedAt(1)
const BROKEN = fault(10, 20, 'publish')
const calm = (sockets: number) => counts(50, 'calm', { sockets })

test('as many as claimed beside those from before, once connections broke', () => {
  expect(examine(CLAUSE, [OPENED, BROKEN, calm(4)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [OPENED, BROKEN, calm(0)])).toMatchObject(fine(1))
})

test('one more than claimed', () => {
  const { messages, violations } = examine(CLAUSE, [OPENED, BROKEN, calm(5)])
  expect(messages).toEqual(['n1 holds 4 connections after it reconnected'])
  expect(violations[0]).toMatchObject({ expected: 'at most 3', node: 'n1', at: 50 })
})

test('and after answers were slow, when connections may have been given up', () => {
  const slow = slows(10, 20, 'publish').map((event) =>
    event.type === 'healed' ? { ...event, landed: { connections: 0, bytes: 9 } } : event,
  )
  expect(examine(CLAUSE, [OPENED, slow, calm(4)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [OPENED, slow, calm(5)]).messages).toHaveLength(1)
})

test('where nothing broke, or only before it opened, or was counted only while closed', () => {
  expect(examine(CLAUSE, [OPENED, calm(9)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [OPENED, fault(10, 20, 'publish', false), calm(9)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [BROKEN, openedAt(20), calm(9)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [OPENED, BROKEN, counts(50, 'after', { sockets: 9 })])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [BROKEN, calm(9)])).toMatchObject(fine(0))
})

test('nothing is too many where nothing is claimed', () => {
  const claims = claimsWithout('connections')
  expect(examine(CLAUSE, [OPENED, BROKEN, calm(99)], { claims }).messages).toEqual([])
})
