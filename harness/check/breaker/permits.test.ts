import { describe, expect, test } from 'vitest'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { aborts, begins, breaker, ends, error, fails, OPEN, publishes } from '../testing/story.case.ts'

const CLAUSE = 'breaker/4'
const HALF_OPEN = [breaker(22, 'closed', 'open'), breaker(122, 'open', 'half-open'), begins(122, 'm1')]

test('one probe at a time, others refused', () => {
  const happened = [publishes(123, 'm2'), fails(123, 'm2', OPEN), ends(124, 'm1'), begins(125, 'm3')]
  expect(examine(CLAUSE, [...HALF_OPEN, ...happened])).toMatchObject(fine(1))
})

test('no other call asked: no occasion', () => {
  expect(examine(CLAUSE, [...HALF_OPEN, ends(124, 'm1'), begins(125, 'm3')])).toMatchObject(fine(0))
})

test('a second probe in flight', () => {
  expect(examine(CLAUSE, [...HALF_OPEN, begins(123, 'm2')])).toMatchObject({
    occasions: 1,
    messages: ['the half-open breaker of n1 let attempt 1 of m2 through as probe 2 at once'],
  })
})

test('as many as there are permits', () => {
  const claim = STORY_CLAIMS.breaker
  if (claim === undefined) throw new Error('the stories claim a breaker')
  const claims = { ...STORY_CLAIMS, breaker: { ...claim, halfOpen: { ...claim.halfOpen, permits: 2 } } }
  expect(examine(CLAUSE, [...HALF_OPEN, begins(123, 'm2')], { claims })).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...HALF_OPEN, begins(123, 'm2'), begins(123, 'm3')], { claims }).messages).toHaveLength(1)
})

test('a probe that was given up frees its permit', () => {
  expect(examine(CLAUSE, [...HALF_OPEN, ends(123, 'm1', 1, 'cancelled'), begins(124, 'm2')])).toMatchObject(fine(0))
})

describe('where the breaker wraps the retries', () => {
  const claims = { ...STORY_CLAIMS, breaker: { ...STORY_CLAIMS.breaker, retry: 'inside' } } as typeof STORY_CLAIMS
  const given = { ...OPEN, code: 'ABORTED' }
  const waiting = [publishes(121, 'm1'), ...HALF_OPEN, ends(123, 'm1', 1, error('REFUSED', { retryable: true }))]

  test('a publish that is given up between two attempts frees its permit before that is told', () => {
    const happened = [aborts(130, 'm1'), begins(130, 'm2'), fails(130, 'm1', given)]
    expect(examine(CLAUSE, [...waiting, ...happened], { claims })).toMatchObject(fine(1))
  })

  test('but for that it holds it while it waits', () => {
    const never = [begins(130, 'm2'), ends(131, 'm2')]
    expect(examine(CLAUSE, [...waiting, ...never], { claims }).messages).toEqual([
      'the half-open breaker of n1 let the publish of m2 through as probe 2 at once',
    ])
    const late = [begins(130, 'm2'), aborts(160, 'm1'), fails(160, 'm1', given)]
    expect(examine(CLAUSE, [...waiting, ...late], { claims }).messages).toHaveLength(1)
    const itself = [begins(130, 'm2'), aborts(130.5, 'm2'), ends(130.5, 'm2', 1, 'cancelled')]
    expect(examine(CLAUSE, [...waiting, ...itself], { claims }).messages).toHaveLength(1)
    const both = [aborts(130, 'm1'), begins(130, 'm2'), begins(130, 'm3'), fails(130, 'm1', given)]
    expect(examine(CLAUSE, [...waiting, ...both], { claims }).messages).toHaveLength(1)
  })
})

test('calls of an earlier period hold no permit', () => {
  expect(
    examine(CLAUSE, [begins(5, 'm9'), ...HALF_OPEN, ends(124, 'm9'), ends(125, 'm1'), begins(126, 'm2')]),
  ).toMatchObject(fine(0))
  expect(examine(CLAUSE, [begins(5, 'm9'), ...HALF_OPEN, ends(124, 'm9'), begins(126, 'm2')]).messages).toHaveLength(1)
})

test('a cut history tells what it knows', () => {
  expect(examine(CLAUSE, [...HALF_OPEN, begins(123, 'm2')], { complete: false }).messages).toHaveLength(1)
})
