import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  aborts,
  acknowledges,
  begins,
  breaker,
  closes,
  end,
  error,
  fails,
  OPEN,
  PERMANENT,
  publishes,
  receives,
  tries,
} from '../testing/story.case.ts'

const CLAUSE = 'breaker/2'
/** Open from 22 on; half-open not before 122. */
const TRIPPED = [tries(10, 12, 'm1'), tries(20, 22, 'm1', 2), breaker(22, 'closed', 'open')]

test('a call is refused at once', () => {
  expect(examine(CLAUSE, [...TRIPPED, publishes(50, 'm2'), fails(50, 'm2', OPEN), end(999)])).toMatchObject(fine(1))
})

test('a call while it is closed is no occasion', () => {
  expect(examine(CLAUSE, [publishes(5, 'm0'), fails(6, 'm0'), end(999)])).toMatchObject(fine(0))
})

test('an attempt began while it was open', () => {
  expect(examine(CLAUSE, [...TRIPPED, begins(50, 'm1', 3)]).messages).toEqual([
    'attempt 3 of m1 began while the breaker of n1 was open',
  ])
})

test.each([
  ['acknowledged', acknowledges(51, 'm2'), 'acknowledged 1 ms after the call'],
  ['failed with another code', fails(51, 'm2'), 'failed with TIMEOUT 1 ms after the call'],
  ['refused too late', fails(60, 'm2', OPEN), 'failed with BREAKER_OPEN 10 ms after the call'],
  ['left hanging', [], 'it never settled'],
])('a call was %s', (_name, outcome, actual) => {
  const { messages, violations } = examine(CLAUSE, [...TRIPPED, publishes(50, 'm2'), outcome, end(999)])
  expect(messages).toEqual(['m2 was not refused at once, although the breaker of n1 was open'])
  expect(violations[0]?.actual).toBe(actual)
})

test.each([
  ['it was aborted', [aborts(50, 'm2'), fails(50, 'm2', error('ABORTED'))]],
  ['its node was closing', [closes(50), fails(50, 'm2', error('CLOSED'))]],
  ['its input was bad', [fails(50, 'm2', PERMANENT)]],
  ['the breaker had just left that state', [breaker(50.5, 'open', 'half-open'), acknowledges(60, 'm2')]],
])('a call may end otherwise when %s', (_name, happened) => {
  expect(examine(CLAUSE, [...TRIPPED, publishes(50, 'm2'), ...happened, end(999)])).toMatchObject(fine(0))
})

test('when its reset time is over, a call may wait for its turn', () => {
  const happened = [publishes(122, 'm2'), breaker(140, 'open', 'half-open'), tries(140, 141, 'm1', 3, 'ok')]
  expect(examine(CLAUSE, [...TRIPPED, ...happened, end(999)])).toMatchObject(fine(0))
})

test('a call that was in flight at the trip goes on', () => {
  const happened = [publishes(5, 'm2'), begins(5, 'm2'), ...TRIPPED, acknowledges(30, 'm2')]
  expect(examine(CLAUSE, [...happened, end(999)])).toMatchObject(fine(0))
})

test('a request for a refused call reached the system', () => {
  const happened = [...TRIPPED, publishes(50, 'm2'), fails(50, 'm2', OPEN), receives(52, 'm2'), end(999)]
  expect(examine(CLAUSE, happened).messages).toEqual([
    'm2 was refused by the breaker of n1, but a request for it reached the system',
  ])
})

test('what was refused is told as not done, unless an attempt of it began', () => {
  const doubtful = { ...OPEN, effect: 'unknown' } as const
  const told = [...TRIPPED, publishes(50, 'm2'), fails(50, 'm2', doubtful), end(999)]
  expect(examine(CLAUSE, told).messages).toEqual([
    'nothing of m2 was sent by n1, but its error says that it may have happened',
  ])
  const tried = [publishes(5, 'm1'), ...TRIPPED, fails(23, 'm1', doubtful), end(999)]
  expect(examine(CLAUSE, tried)).toMatchObject(fine(0))
})

test('on real clocks a call in the second half of the reset time may be looked at later', () => {
  const late = [...TRIPPED, publishes(110, 'm2'), end(9_999)]
  expect(examine(CLAUSE, late, { site: 'real', slack: 3_000 })).toMatchObject(fine(0))
  const early = [...TRIPPED, publishes(50, 'm2'), end(9_999)]
  expect(examine(CLAUSE, early, { site: 'real', slack: 3_000 }).messages).toHaveLength(1)
})

test('a cut history does not say that a call hung', () => {
  expect(examine(CLAUSE, [...TRIPPED, publishes(50, 'm2'), end(999)], { complete: false })).toMatchObject(fine(0))
})
