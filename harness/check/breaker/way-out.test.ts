import { describe, expect, test } from 'vitest'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  acknowledges,
  begins,
  breaker,
  ends,
  error,
  fails,
  type Happening,
  NODE,
  OPEN,
  PERMANENT,
  publishes,
  tries,
} from '../testing/story.case.ts'

const CLAUSE = 'breaker/6'
const HALF_OPEN = [breaker(22, 'closed', 'open'), breaker(122, 'open', 'half-open'), begins(122, 'm1')]
const refused = (at: number, op: string) => [...publishes(at, op), ...fails(at, op, OPEN)]

test('a call that asks after a probe had ended is let in', () => {
  expect(examine(CLAUSE, [...HALF_OPEN, ends(124, 'm1'), publishes(130, 'm2'), begins(130, 'm2')])).toMatchObject(
    fine(1),
  )
})

test('no call asks after a probe: no occasion', () => {
  expect(examine(CLAUSE, [...HALF_OPEN, refused(123, 'm2'), ends(124, 'm1')])).toMatchObject(fine(0))
})

test('a message of a batch may have been refused long before all of the batch has settled', () => {
  const batch: Happening = [{ type: 'batch', at: 123, node: NODE, batch: 'b', ops: ['m2'] }]
  const ended = [...HALF_OPEN, ends(124, 'm1')]
  expect(examine(CLAUSE, [...ended, batch, refused(130, 'm2')]).messages).toEqual([])
  expect(examine(CLAUSE, [...ended, refused(130, 'm2')]).messages).toHaveLength(1)
})

describe('each way out gives the permit back', () => {
  test.each([
    ['success', ends(124, 'm1')],
    ['an error that does not count', ends(124, 'm1', 1, PERMANENT)],
    ['an abort', ends(124, 'm1', 1, 'cancelled')],
    ['a time-out', ends(124, 'm1', 1, error('TIMEOUT'))],
  ])('%s', (_name, ended) => {
    expect(examine(CLAUSE, [...HALF_OPEN, ended, refused(130, 'm2')])).toMatchObject({
      occasions: 1,
      messages: ['the half-open breaker of n1 refused m2, but its permit had been free since 124 ms'],
    })
  })
})

test('the first permit is there as soon as it is half-open', () => {
  const happened = [breaker(22, 'closed', 'open'), breaker(122, 'open', 'half-open')]
  expect(examine(CLAUSE, [...happened, refused(124, 'm2')]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [...happened, refused(122.5, 'm2'), begins(123, 'm1')])).toMatchObject(fine(0))
})

test('a publish in mid-retry asks after its last attempt', () => {
  const waiting = [publishes(5, 'm3'), tries(5, 6, 'm3'), ...HALF_OPEN]
  expect(examine(CLAUSE, [...waiting, ends(124, 'm1'), fails(124.5, 'm3', OPEN)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...waiting, ends(124, 'm1'), fails(126, 'm3', OPEN)]).messages).toHaveLength(1)
})

test('a call is refused while the probe is in flight, and no longer than it may take', () => {
  const settled = [publishes(5, 'm0'), acknowledges(6, 'm0')]
  expect(examine(CLAUSE, [...settled, ...HALF_OPEN, refused(222, 'm2')])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...HALF_OPEN, refused(224, 'm2')]).messages).toEqual([
    'the half-open breaker of n1 refused m2, but attempt 1 of m1, which has held a permit since 122 ms, must be over long ago',
  ])
})

test('where the breaker wraps the retries, a probe may take as long as a publish', () => {
  const claims = { ...STORY_CLAIMS, breaker: { ...STORY_CLAIMS.breaker, retry: 'inside' } } as typeof STORY_CLAIMS
  expect(examine(CLAUSE, [...HALF_OPEN, refused(1_100, 'm2')], { claims })).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...HALF_OPEN, refused(1_124, 'm2')], { claims }).messages).toHaveLength(1)
})

test('with two permits, one is free while one probe is in flight', () => {
  const claim = STORY_CLAIMS.breaker
  if (claim === undefined) throw new Error('the stories claim a breaker')
  const claims = { ...STORY_CLAIMS, breaker: { ...claim, halfOpen: { ...claim.halfOpen, permits: 2 } } }
  expect(examine(CLAUSE, [...HALF_OPEN, refused(130, 'm2')], { claims }).messages).toHaveLength(1)
  expect(examine(CLAUSE, [...HALF_OPEN, begins(123, 'm3'), refused(130, 'm2')], { claims })).toMatchObject(fine(0))
})

test('a call of an earlier state holds no permit', () => {
  const happened = [begins(5, 'm9'), breaker(22, 'closed', 'open'), breaker(122, 'open', 'half-open')]
  expect(examine(CLAUSE, [...happened, refused(130, 'm2')]).messages).toHaveLength(1)
})

test('while it is open, and once it is closed, other clauses speak', () => {
  const happened = [breaker(22, 'closed', 'open'), refused(50, 'm2'), breaker(122, 'open', 'half-open')]
  expect(examine(CLAUSE, [...happened, breaker(123, 'half-open', 'closed'), refused(130, 'm3')])).toMatchObject(fine(0))
})

test('a cut history tells what it knows', () => {
  const cut = examine(CLAUSE, [...HALF_OPEN, ends(124, 'm1'), refused(130, 'm2')], { complete: false })
  expect(cut.messages).toHaveLength(1)
})
