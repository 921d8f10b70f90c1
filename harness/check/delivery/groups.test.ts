import { expect, test } from 'vitest'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  acknowledges,
  begins,
  closes,
  deadLetters,
  drained,
  ends,
  fault,
  gets,
  holds,
  joins,
  leaves,
  publishes,
  stalls,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'delivery/5'
const TWO = [joins(0, 'c1'), joins(0, 'c2')]

test('two groups get the message, one member of each', () => {
  const happened = [
    joins(0, 'c1'),
    joins(0, 'c2', { group: 'h' }),
    takes(10, 'm1'),
    gets(12, 'c1', 'm1'),
    gets(12, 'c2', 'm1', { group: 'h' }),
    drained(900),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('a group may not be passed over while another handles the message', () => {
  const happened = [joins(0, 'c1'), joins(0, 'c2', { group: 'h' }), takes(10, 'm1'), gets(12, 'c1', 'm1'), drained(900)]
  expect(examine(CLAUSE, happened).messages).toEqual(['m1 was handled by group g, but group h never got it'])
  expect(examine(CLAUSE, [...happened, deadLetters(20, 'm1', { original_group: 'h' })])).toMatchObject(fine(1))
})

test('a later latest group is entitled to nothing of it', () => {
  const happened = [
    joins(0, 'c1'),
    takes(10, 'm1'),
    gets(12, 'c1', 'm1'),
    joins(20, 'c2', { group: 'h', from: 'latest' }),
    drained(900),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(0))
})

test('in calm two members must not get the same message', () => {
  const happened = [...TWO, takes(600, 'm1'), gets(602, 'c1', 'm1'), gets(603, 'c2', 'm1'), drained(900)]
  expect(examine(CLAUSE, happened).messages).toEqual([
    'm1 went to two members of group g without a fault: to c1 and to c2 (duplicate delivery)',
  ])
})

test('one member twice is not two members', () => {
  expect(
    examine(CLAUSE, [
      ...TWO,
      takes(600, 'm1'),
      gets(602, 'c1', 'm1', { outcome: 'retryable' }),
      gets(612, 'c1', 'm1', { attempt: 2 }),
      drained(900),
    ]),
  ).toMatchObject(fine(1))
})

test.each([
  ['members had just joined', [takes(100, 'm1'), gets(102, 'c1', 'm1'), gets(103, 'c2', 'm1')]],
  ['a third one joined in between', [takes(600, 'm1'), gets(602, 'c1', 'm1'), joins(603, 'c3'), gets(640, 'c2', 'm1')]],
  [
    'a third one was about to join all the while',
    [joins(400, 'c3', { takes: 1000 }), takes(800, 'm1'), gets(802, 'c1', 'm1'), gets(803, 'c2', 'm1')],
  ],
  [
    'a node with a member closed',
    [takes(600, 'm1'), gets(602, 'c1', 'm1'), closes(603), gets(640, 'c2', 'm1', { node: 'n2' })],
  ],
  [
    'a partition was revoked',
    [takes(600, 'm1'), gets(602, 'c1', 'm1'), holds(603, 'revoked', 'c1'), gets(640, 'c2', 'm1')],
  ],
  [
    'the network had failed',
    [fault(400, 500, 'consume'), takes(600, 'm1'), gets(602, 'c1', 'm1'), gets(603, 'c2', 'm1')],
  ],
  [
    'the handler outstayed its session',
    [takes(600, 'm1'), gets(602, 'c1', 'm1', { until: 1000 }), gets(902, 'c2', 'm1')],
  ],
  [
    'the message was stored twice',
    [takes(600, 'm1', { offset: 1 }), gets(602, 'c1', 'm1', { offset: 1 }), gets(603, 'c2', 'm1', { offset: 2 })],
  ],
  [
    'its publish was tried twice',
    [
      publishes(600, 'm1'),
      begins(600, 'm1'),
      ends(601, 'm1'),
      begins(601, 'm1', 2),
      acknowledges(602, 'm1'),
      gets(602, 'c1', 'm1'),
      gets(603, 'c2', 'm1'),
    ],
  ],
])('two members may get it when %s', (_name, happened) => {
  expect(examine(CLAUSE, [...TWO, ...happened, drained(1500)])).toMatchObject(fine(1))
})

test('what lies long before the second call is no reason for it, nor is a stall', () => {
  const first = [...TWO, takes(600, 'm1'), gets(602, 'c1', 'm1')]
  const rejoined = [...first, joins(603, 'c3'), gets(1400, 'c2', 'm1'), drained(2_000)]
  expect(examine(CLAUSE, rejoined).messages).toHaveLength(1)
  expect(examine(CLAUSE, [...first, stalls(610, 670), gets(680, 'c2', 'm1'), drained(2_000)])).toMatchObject(fine(0))
})

test('a message that a breaker kept back may go to another member because of what happened while that was open', () => {
  const claims = { ...STORY_CLAIMS, subscriberBreaker: { failures: 1, reset: 1_000 } }
  const happened = [...TWO, takes(600, 'm1'), gets(602, 'c1', 'm1', { outcome: 'retryable' }), leaves(650, 'c1')]
  const again = [gets(1_602, 'c2', 'm1'), drained(2_500)]
  expect(examine(CLAUSE, [...happened, ...again], { claims })).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...happened, ...again]).messages).toHaveLength(1)
})

test('a member whose leave is lost is counted for a session, and the others learn with their next sign of life that it is gone', () => {
  const left = (at: number, ...happened: Parameters<typeof examine>[1]) =>
    examine(CLAUSE, [
      ...TWO,
      takes(600, 'm1'),
      gets(602, 'c1', 'm1', { outcome: 'retryable' }),
      leaves(610, 'c1'),
      ...happened,
      gets(at, 'c2', 'm1'),
      drained(2_000),
    ])
  const lost = fault(605, 615, 'consume')
  expect(left(615 + 300 + 149, lost)).toMatchObject(fine(1))
  expect(left(615 + 300 + 152, lost).messages).toHaveLength(1)
  // Nothing kept this one from the system.
  expect(left(615 + 300 + 149).messages).toHaveLength(1)
})

test('a partition changes hands when the handler of the member before it is done, however late', () => {
  const handed = (until: number, ...change: Parameters<typeof examine>[1]) => [
    ...TWO,
    takes(600, 'm0'),
    takes(601, 'm1', { offset: 1 }),
    gets(602, 'c1', 'm0', { until }),
    ...change,
    gets(until, 'c1', 'm1', { offset: 1, outcome: 'retryable' }),
    gets(1_520, 'c2', 'm0', { until: 2_400 }),
    gets(2_400, 'c2', 'm1', { offset: 1 }),
    drained(3_000),
  ]
  expect(examine(CLAUSE, handed(1_500, joins(620, 'c3')))).toMatchObject(fine(2))
  expect(examine(CLAUSE, handed(1_500)).messages).toHaveLength(1)
  // At rest, the member would have let go long before.
  expect(examine(CLAUSE, handed(800, joins(620, 'c3'))).messages).toHaveLength(1)
})

test('one group with one member has no occasion', () => {
  expect(examine(CLAUSE, [joins(0, 'c1'), takes(600, 'm1'), gets(602, 'c1', 'm1'), drained(900)])).toMatchObject(
    fine(0),
  )
})

test('a cut history of several processes may lack the cause, one of a live witness does not', () => {
  const happened = [
    ...TWO,
    joins(0, 'c3', { group: 'h' }),
    takes(600, 'm1'),
    gets(602, 'c1', 'm1'),
    gets(603, 'c2', 'm1'),
  ]
  expect(examine(CLAUSE, happened, { complete: false, witness: 'after' })).toMatchObject(fine(0))
  expect(examine(CLAUSE, happened, { complete: false, witness: 'live' }).messages).toHaveLength(1)
})
