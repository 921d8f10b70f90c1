import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  aborts,
  acknowledges,
  error,
  fails,
  type Happening,
  publishes,
  stalls,
  takes,
  tells,
} from '../testing/story.case.ts'

const CLAUSE = 'resources/7'
const FAILED: Happening = [...publishes(10, 'm1'), ...fails(20, 'm1')]
const ABORTED: Happening = [...publishes(10, 'm1'), ...aborts(15, 'm1'), ...fails(15, 'm1', error('ABORTED'))]
const lent = (at: number, active = 1) =>
  tells(at, 'calm', { connections: { total: 2, active, idle: 2 - active, waiting: 0 } })
const judged = (...happened: readonly Happening[]) => examine(CLAUSE, happened, { claims: ALL_CLAIMS })

test('all are back after a publish failed, was aborted, or was aborted too late', () => {
  expect(judged(FAILED, tells(200, 'calm'))).toMatchObject(fine(1))
  expect(judged(ABORTED, tells(200, 'calm'))).toMatchObject(fine(1))
  expect(judged(publishes(10, 'm1'), aborts(15, 'm1'), acknowledges(16, 'm1'), tells(200, 'calm'))).toMatchObject(
    fine(1),
  )
})

test.each([
  ['a failed', FAILED],
  ['an aborted', ABORTED],
])('one is not back after %s publish', (after, happened) => {
  const { messages, violations } = judged(happened, lent(200))
  expect(messages).toEqual([`n1 leaked 1 of its 2 pooled clients after ${after} publish (m1)`])
  expect(violations[0]).toMatchObject({ op: 'm1', node: 'n1', at: 200 })
})

test('somebody still waits though every publish has settled', () => {
  const waits = tells(200, 'calm', { connections: { total: 1, active: 0, idle: 1, waiting: 1 } })
  expect(judged(FAILED, waits).messages).toEqual([
    'n1 leaves publishes waiting for a pooled client after a failed publish (m1)',
  ])
})

test('where every publish went well, was another node’s, or one is still under way', () => {
  expect(judged(takes(10, 'm1'), lent(200))).toMatchObject(fine(0))
  expect(judged(publishes(10, 'm1', { node: 'n2' }), fails(20, 'm1'), lent(200))).toMatchObject(fine(0))
  expect(judged(FAILED, publishes(190, 'm2'), lent(200))).toMatchObject(fine(0))
})

test('where it was not calm, the last failed a short time before, or the machine stood still', () => {
  expect(
    judged(FAILED, tells(200, 'traffic', { connections: { total: 1, active: 1, idle: 0, waiting: 0 } })),
  ).toMatchObject(fine(0))
  expect(judged(FAILED, lent(120))).toMatchObject(fine(0))
  expect(judged(FAILED, stalls(15, 195), lent(200))).toMatchObject(fine(0))
})

test('a bus that did not answer is not judged here', () => {
  expect(judged(FAILED, [{ type: 'stats', at: 200, node: 'n1', when: 'calm', stats: null }])).toMatchObject(fine(0))
})
