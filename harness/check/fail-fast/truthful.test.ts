import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  acknowledges,
  end,
  error,
  fails,
  fault,
  publishes,
  REFUSED,
  stores,
  takes,
  tries,
} from '../testing/story.case.ts'

const CLAUSE = 'fail-fast/1'
const TIMEOUT = error('TIMEOUT')

test('a retry that works is a success', () => {
  const happened = [
    publishes(10, 'm1'),
    tries(10, 12, 'm1'),
    tries(22, 23, 'm1', 2, 'ok'),
    stores(22.5, 'm1'),
    acknowledges(23, 'm1'),
    end(50),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('a failure is an error', () => {
  expect(examine(CLAUSE, [publishes(10, 'm1'), tries(10, 12, 'm1'), fails(12, 'm1', REFUSED), end(50)])).toMatchObject(
    fine(1),
  )
})

test('acknowledged, and never stored', () => {
  const happened = [publishes(10, 'm1'), tries(10, 110, 'm1', 1, TIMEOUT), acknowledges(111, 'm1'), end(200)]
  expect(examine(CLAUSE, happened).messages).toEqual([
    'the publish of m1 was acknowledged, but the broker never stored it (swallowed error)',
  ])
  expect(examine(CLAUSE, happened, { witness: 'none' })).toMatchObject(fine(1))
})

test('acknowledged although every attempt had certainly failed (swallowed error)', () => {
  const happened = [publishes(10, 'm1'), tries(10, 12, 'm1'), acknowledges(12, 'm1'), end(50)]
  expect(examine(CLAUSE, happened, { witness: 'none' }).messages).toEqual([
    'the publish of m1 was acknowledged, but every attempt had certainly failed (swallowed error)',
  ])
})

test('an answer that came after its attempt was given up may be the truth', () => {
  const happened = [
    publishes(10, 'm1'),
    stores(11, 'm1'),
    tries(10, 110, 'm1', 1, TIMEOUT),
    acknowledges(112, 'm1'),
    end(200),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('acknowledged before it was stored', () => {
  const happened = [publishes(10, 'm1'), acknowledges(10, 'm1'), stores(11, 'm1'), end(50)]
  expect(examine(CLAUSE, happened).messages).toEqual([
    'the publish of m1 was acknowledged, but the broker stored it only at 11 ms (swallowed error)',
  ])
  // A witness that reads after the run cannot tell when.
  expect(examine(CLAUSE, happened, { witness: 'after' })).toMatchObject(fine(0))
})

test('an occasion is a failed attempt, or a fault that landed', () => {
  expect(examine(CLAUSE, [takes(10, 'm1'), end(50)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [fault(5, 20, 'publish'), takes(10, 'm1'), end(50)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [fault(5, 20, 'publish', false), takes(10, 'm1'), end(50)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [fault(5, 20, 'consume'), takes(10, 'm1'), end(50)])).toMatchObject(fine(0))
})

test('a cut history cannot tell what was never stored', () => {
  expect(examine(CLAUSE, [publishes(10, 'm1'), acknowledges(11, 'm1')], { complete: false })).toMatchObject(fine(0))
})

test('queued, though no queue is claimed', () => {
  const queued = [{ type: 'published', at: 12, node: 'n1', op: 'm1', status: 'queued' }] as const
  expect(examine(CLAUSE, [publishes(10, 'm1'), queued, end(100)]).messages).toEqual([
    'the publish of m1 was queued, but no queue is claimed',
  ])
})
