import { expect, test } from 'vitest'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { aborts, begins, breaker, ends, error, fails, OPEN, publishes, REFUSED, tries } from '../testing/story.case.ts'

const CLAUSE = 'breaker/7'
/** Two calls go out while it is closed, and end when it is not; open from 22, half-open from 122 on. */
const LATE = [begins(5, 'm8'), begins(6, 'm9')]
const HALF_OPEN = [
  ...LATE,
  tries(10, 12, 'm1'),
  tries(20, 22, 'm1', 2),
  breaker(22, 'closed', 'open'),
  breaker(122, 'open', 'half-open'),
]
const PROBE = tries(122, 126, 'm2', 1, 'ok')
const late = (state: string, to: string) => [
  `the breaker of n1 went from ${state} to ${to} because of a result that came too late to count`,
]

test('a late success in half-open does not count', () => {
  expect(
    examine(CLAUSE, [
      ...HALF_OPEN,
      ends(124, 'm8'),
      PROBE,
      tries(127, 128, 'm3', 1, 'ok'),
      breaker(128, 'half-open', 'closed'),
    ]),
  ).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...HALF_OPEN, ends(124, 'm8'), PROBE, breaker(126, 'half-open', 'closed')])).toMatchObject({
    occasions: 1,
    messages: late('half-open', 'closed'),
  })
})

test('a late failure in half-open does not open it again', () => {
  expect(
    examine(CLAUSE, [...HALF_OPEN, ends(124, 'm8', 1, REFUSED), breaker(124, 'half-open', 'open')]).messages,
  ).toEqual(late('half-open', 'open'))
})

test('nothing came late: no occasion, and what is wrong then is for other clauses', () => {
  expect(examine(CLAUSE, [tries(10, 12, 'm1'), breaker(12, 'closed', 'open')])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...HALF_OPEN, PROBE, breaker(126, 'half-open', 'closed')])).toMatchObject(fine(0))
})

test('a late success while it is open does not close it', () => {
  const open = [...LATE, breaker(22, 'closed', 'open'), ends(30, 'm8'), breaker(30, 'open', 'closed')]
  expect(examine(CLAUSE, open).messages).toEqual(late('open', 'closed'))
  const later = [...LATE, breaker(22, 'closed', 'open'), ends(30, 'm8'), breaker(122, 'open', 'closed')]
  expect(examine(CLAUSE, later)).toMatchObject(fine(1))
})

const CLOSED = [...HALF_OPEN, PROBE, tries(127, 128, 'm3', 1, 'ok'), breaker(128, 'half-open', 'closed')]

test('a late failure does not count in the next closed state', () => {
  const failed = [ends(130, 'm8', 1, REFUSED), tries(131, 132, 'm4')]
  expect(examine(CLAUSE, [...CLOSED, ...failed, breaker(132, 'closed', 'open')]).messages).toEqual(
    late('closed', 'open'),
  )
  expect(
    examine(CLAUSE, [...CLOSED, ...failed, tries(133, 134, 'm4', 2), breaker(134, 'closed', 'open')]),
  ).toMatchObject(fine(1))
})

test('a late success does not start the count anew', () => {
  const failed = [tries(130, 131, 'm4'), ends(132, 'm8'), tries(133, 134, 'm4', 2)]
  expect(examine(CLAUSE, [...CLOSED, ...failed, begins(140, 'm5')]).messages).toEqual([
    'the breaker of n1 stayed closed because of a result that came too late to count',
  ])
  expect(examine(CLAUSE, [...CLOSED, ...failed, breaker(134, 'closed', 'open')])).toMatchObject(fine(1))
})

test('a late end gives no permit back', () => {
  const probing = [...HALF_OPEN, begins(122, 'm2')]
  expect(examine(CLAUSE, [...probing, ends(124, 'm8', 1, 'cancelled'), begins(125, 'm3')]).messages).toEqual([
    'the half-open breaker of n1 let attempt 1 of m3 through for a permit that a call of an earlier state returned',
  ])
  expect(examine(CLAUSE, [...probing, begins(125, 'm3')])).toMatchObject(fine(0))
})

test('a probe that is given up between two attempts gives its permit back, before its caller learns of it', () => {
  const claims = { ...STORY_CLAIMS, breaker: { ...STORY_CLAIMS.breaker, retry: 'inside' } } as typeof STORY_CLAIMS
  const given = { ...OPEN, code: 'ABORTED' }
  const waiting = [...HALF_OPEN, publishes(121, 'm2'), tries(122, 123, 'm2', 1, error('REFUSED', { retryable: true }))]
  const late = ends(124, 'm8')
  const taken = [aborts(130, 'm2'), begins(130, 'm3'), fails(130, 'm2', given)]
  expect(examine(CLAUSE, [...waiting, late, ...taken], { claims })).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...waiting, late, begins(130, 'm3')], { claims }).messages).toHaveLength(1)
})

test('where the breaker wraps the retries, the attempts of a publish are one call', () => {
  const claims = { ...STORY_CLAIMS, breaker: { ...STORY_CLAIMS.breaker, retry: 'inside' } } as typeof STORY_CLAIMS
  expect(examine(CLAUSE, [...HALF_OPEN, ends(124, 'm8', 1, error('TIMEOUT'))], { claims })).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...HALF_OPEN, ends(124, 'm8')], { claims })).toMatchObject(fine(1))
})

test('a cut history tells what it knows', () => {
  const cut = [...HALF_OPEN, ends(124, 'm8', 1, REFUSED), breaker(124, 'half-open', 'open')]
  expect(examine(CLAUSE, cut, { complete: false }).messages).toHaveLength(1)
})
