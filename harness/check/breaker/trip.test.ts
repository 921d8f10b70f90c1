import { describe, expect, test } from 'vitest'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  aborts,
  acknowledges,
  begins,
  breaker,
  closes,
  ends,
  error,
  exits,
  fails,
  PERMANENT,
  publishes,
  tries,
} from '../testing/story.case.ts'

const CLAUSE = 'breaker/1'
const FIRST = tries(10, 12, 'm1')

test('two failures in a row open it', () => {
  expect(examine(CLAUSE, [FIRST, tries(20, 22, 'm1', 2), breaker(22, 'closed', 'open')])).toMatchObject(fine(1))
})

test('it opens too early', () => {
  expect(examine(CLAUSE, [FIRST, breaker(12, 'closed', 'open')])).toMatchObject({
    occasions: 1,
    messages: ['the breaker of n1 opened after 1 countable failure in a row, but its threshold is 2 failures in a row'],
  })
})

test('it opens too late: a further call was let through', () => {
  expect(examine(CLAUSE, [FIRST, tries(20, 22, 'm1', 2), begins(30, 'm1', 3)]).messages).toEqual([
    'the breaker of n1 let attempt 3 of m1 through after 2 failures in a row, but 2 failures in a row must open it',
  ])
})

test('a success in between starts the count anew', () => {
  expect(
    examine(CLAUSE, [FIRST, tries(20, 22, 'm1', 2, 'ok'), tries(30, 32, 'm2'), begins(40, 'm2', 2)]),
  ).toMatchObject(fine(0))
  expect(
    examine(CLAUSE, [FIRST, tries(20, 22, 'm1', 2, 'ok'), tries(30, 32, 'm2'), breaker(32, 'closed', 'open')]).messages,
  ).toHaveLength(1)
})

test('permanent errors and calls that were given up count neither way', () => {
  const given = [tries(20, 22, 'm2', 1, PERMANENT), ...[begins(23, 'm3'), ends(24, 'm3', 1, 'cancelled')]]
  expect(examine(CLAUSE, [FIRST, ...given, begins(30, 'm4')])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [FIRST, ...given, tries(30, 32, 'm4'), breaker(32, 'closed', 'open')])).toMatchObject(fine(1))
})

test('calls in flight at the trip may fail after it, and count no more', () => {
  const happened = [
    begins(5, 'm9'),
    FIRST,
    tries(20, 22, 'm1', 2),
    breaker(22, 'closed', 'open'),
    ends(30, 'm9', 1, error('TIMEOUT')),
  ]
  const again = [
    breaker(122, 'open', 'half-open'),
    breaker(130, 'half-open', 'closed'),
    tries(140, 141, 'm2'),
    begins(150, 'm2', 2),
  ]
  expect(examine(CLAUSE, [...happened, ...again])).toMatchObject(fine(1))
})

test('each node has a breaker of its own', () => {
  const elsewhere = tries(20, 22, 'm2').map((event) => ({ ...event, node: 'n2' }) as typeof event)
  expect(examine(CLAUSE, [FIRST, elsewhere, begins(30, 'm3')])).toMatchObject(fine(0))
})

describe('where the breaker wraps the retries, a publish is one call', () => {
  const { breaker: claim, retry } = STORY_CLAIMS
  if (claim === undefined || retry === undefined) throw new Error('the stories claim a breaker and retries')
  const claims = { ...STORY_CLAIMS, breaker: { ...claim, retry: 'inside' }, retry: { ...retry, retries: 1 } } as const
  const failing = (at: number, op: string) => [publishes(at, op), tries(at, at + 1, op), tries(at + 10, at + 11, op, 2)]

  test('that ends with its last attempt, before the caller hears of it', () => {
    const happened = [...failing(10, 'm1'), ...failing(40, 'm3'), breaker(51, 'closed', 'open'), fails(52, 'm3')]
    expect(examine(CLAUSE, happened, { claims })).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...failing(10, 'm1'), breaker(21, 'closed', 'open')], { claims }).messages).toHaveLength(1)
    const goesOn = [...failing(10, 'm1'), ...failing(40, 'm3'), publishes(60, 'm4'), begins(60, 'm4')]
    expect(examine(CLAUSE, goesOn, { claims }).messages).toHaveLength(1)
  })

  test('that ends with a permanent failure, and does not count then', () => {
    const refused = [
      publishes(30, 'm2'),
      begins(30, 'm2'),
      ends(31, 'm2', 1, { ...error('REFUSED'), retryable: false }),
    ]
    const happened = [...failing(10, 'm1'), ...refused, ...failing(40, 'm3'), breaker(51, 'closed', 'open')]
    expect(examine(CLAUSE, happened, { claims })).toMatchObject(fine(1))
    expect(
      examine(CLAUSE, [...failing(10, 'm1'), ...refused, breaker(31, 'closed', 'open')], { claims }).messages,
    ).toEqual(['the breaker of n1 opened after 1 countable failure in a row, but its threshold is 2 failures in a row'])
  })

  test('that does not count when it is given up between two attempts', () => {
    const aborted = [publishes(30, 'm2'), tries(30, 31, 'm2'), aborts(32, 'm2'), fails(32, 'm2')]
    const happened = [...failing(10, 'm1'), ...aborted, ...failing(40, 'm3'), breaker(51, 'closed', 'open')]
    expect(examine(CLAUSE, happened, { claims })).toMatchObject(fine(1))
    expect(
      examine(CLAUSE, [...failing(10, 'm1'), ...aborted, breaker(33, 'closed', 'open')], { claims }).messages,
    ).toHaveLength(1)
  })
})

describe('where a rate of failures opens it', () => {
  const trip = { when: 'failure-rate', above: 50, calls: 3, window: 100 } as const
  const claims = { ...STORY_CLAIMS, breaker: { ...STORY_CLAIMS.breaker, trip } } as typeof STORY_CLAIMS
  const bad = (at: number, op: string) => tries(at, at + 1, op)
  const good = (at: number, op: string) => tries(at, at + 1, op, 1, 'ok')
  const OPEN = 'more than 50 % of at least 3 calls in 100 ms'

  test('it opens with the failure that takes it above, be there successes in between', () => {
    const happened = [bad(10, 'm1'), good(20, 'm2'), bad(30, 'm3'), breaker(31, 'closed', 'open')]
    expect(examine(CLAUSE, happened, { claims })).toMatchObject(fine(1))
  })
  test('it opens with fewer calls, or at the rate and not above it', () => {
    const few = [bad(10, 'm1'), bad(20, 'm2'), breaker(21, 'closed', 'open')]
    expect(examine(CLAUSE, few, { claims }).messages).toEqual([
      `the breaker of n1 opened after 2 countable failures of 2 calls, but its threshold is ${OPEN}`,
    ])
    const half = [bad(10, 'm1'), good(20, 'm2'), good(25, 'm3'), bad(30, 'm4'), breaker(31, 'closed', 'open')]
    expect(examine(CLAUSE, half, { claims }).messages).toHaveLength(1)
  })
  test('it opens too late: a further call was let through', () => {
    const late = [bad(10, 'm1'), good(20, 'm2'), bad(30, 'm3'), begins(40, 'm4')]
    expect(examine(CLAUSE, late, { claims }).messages).toEqual([
      `the breaker of n1 let attempt 1 of m4 through after 2 failures of 3 calls, but ${OPEN} must open it`,
    ])
  })
  test('calls in flight are among those that were let in', () => {
    const happened = [begins(5, 'm8'), begins(6, 'm9'), bad(10, 'm1'), bad(20, 'm2'), begins(30, 'm3')]
    expect(examine(CLAUSE, happened, { claims })).toMatchObject(fine(0))
  })
  test('a failure counts when it comes, even of a call that was let in before the window', () => {
    const before = [tries(5, 110, 'm1'), bad(20, 'm2'), good(30, 'm3'), good(40, 'm4')]
    expect(examine(CLAUSE, [...before, breaker(111, 'closed', 'open')], { claims })).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...before, begins(112, 'm5')], { claims }).messages).toHaveLength(1)
  })
  test('what is older than the window, or from before it was last open, counts no more', () => {
    const old = [bad(10, 'm1'), bad(20, 'm2'), good(118, 'm3'), good(119, 'm4'), bad(130, 'm5'), begins(140, 'm6')]
    expect(examine(CLAUSE, old, { claims })).toMatchObject(fine(0))
    const first = [bad(10, 'm1'), bad(15, 'm2'), bad(30, 'm3'), breaker(31, 'closed', 'open')]
    const again = [breaker(40, 'open', 'half-open'), breaker(41, 'half-open', 'closed'), bad(50, 'm4')]
    expect(examine(CLAUSE, [...first, ...again, begins(55, 'm5')], { claims })).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...first, ...again, breaker(51, 'closed', 'open')], { claims }).messages).toHaveLength(1)
  })
})

describe('an attempt reported as cancelled', () => {
  const GIVEN_UP = [publishes(10, 'm1'), begins(10, 'm1'), ends(110, 'm1', 1, 'cancelled')]
  const WRONG = [
    'attempt 1 of m1 was reported as cancelled, and so hidden from the breaker of n1, although m1 had not been cancelled',
  ]
  test.each([
    ['the publish took over another one', [begins(120, 'm1', 2)]],
    ['the publish was acknowledged after it', [acknowledges(110, 'm1')]],
    ['the publish failed long after it', [fails(130, 'm1')]],
    ['the abort came later', [begins(120, 'm1', 2), aborts(125, 'm1')]],
    ['another node closed', [closes(50, 0, 'n2'), begins(120, 'm1', 2)]],
  ])('was a failure: %s', (_name, happened) => {
    expect(examine(CLAUSE, [...GIVEN_UP, ...happened]).messages).toEqual(WRONG)
  })
  test.each([
    ['the publish was aborted', [aborts(100, 'm1'), fails(130, 'm1', error('ABORTED'))]],
    ['it was aborted in the same moment', [aborts(110, 'm1'), fails(130, 'm1', error('ABORTED'))]],
    ['its deadline ended the publish with it', [fails(110, 'm1', error('DEADLINE'))]],
    ['its node was closing', [closes(105), fails(130, 'm1', error('CLOSED'))]],
    ['its process ended', [exits(108)]],
    ['the end of the publish is not known', []],
  ])('is explained: %s', (_name, happened) => {
    expect(examine(CLAUSE, [...GIVEN_UP, ...happened])).toMatchObject(fine(0))
  })
  test('on real clocks the publish may fail a while after it', () => {
    const happened = [...GIVEN_UP, fails(130, 'm1')]
    expect(examine(CLAUSE, happened, { site: 'real', slack: 50 })).toMatchObject(fine(0))
  })
})

test('a cut history tells what it knows', () => {
  expect(examine(CLAUSE, [FIRST, breaker(12, 'closed', 'open')], { complete: false }).messages).toHaveLength(1)
})
