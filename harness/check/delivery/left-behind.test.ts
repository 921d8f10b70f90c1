import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  commits,
  deadLetters,
  drained,
  fault,
  gets,
  type Happening,
  holds,
  joins,
  kills,
  leaves,
  passesOver,
  stalls,
  stands,
  stores,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'delivery/15'
const ELSEWHERE = { topic: 't.dlq', partition: 0, offset: 9 }
const HANDLED = [joins(0, 'c1'), takes(10, 'm0'), takes(10, 'm1'), gets(12, 'c1', 'm0'), gets(13, 'c1', 'm1')]

test('everything that was handled was committed, as the adapter says or the witness finds', () => {
  expect(examine(CLAUSE, [...HANDLED, commits(14, 2), drained(80)])).toMatchObject(fine(2))
  expect(examine(CLAUSE, [...HANDLED, stands(14, 2), drained(80)])).toMatchObject(fine(2))
})

test('nothing was committed', () => {
  expect(examine(CLAUSE, [...HANDLED, drained(80)]).messages).toEqual([
    'group g has done m0 at 0 of t/0, and never committed a position behind it (missing commit)',
  ])
})

test('the last message was not committed', () => {
  expect(examine(CLAUSE, [...HANDLED, commits(14, 1), drained(80)]).messages).toEqual([
    'group g has done m1 at 1 of t/0, and never committed a position behind it (missing commit)',
  ])
})

test('a member that leaves has committed what it did by then', () => {
  const leaving = (...committed: Happening[]) => [
    ...HANDLED,
    ...committed,
    leaves(20, 'c1', 5),
    commits(70, 2),
    drained(80),
  ]
  const LEFT = (op: string, at: number) =>
    `c1 left group g and had not committed a position behind ${op} at ${at} of t/0, which was done (missing commit)`
  expect(examine(CLAUSE, leaving(commits(24, 2)))).toMatchObject(fine(2))
  expect(examine(CLAUSE, leaving()).messages).toEqual([LEFT('m0', 0)])
  expect(examine(CLAUSE, leaving(commits(14, 1), stands(14, 1))).messages).toEqual([LEFT('m1', 1)])
  expect(examine(CLAUSE, leaving(), { witness: 'after' })).toMatchObject(fine(2))
})

test('a member that had gone back to try a message again owes nothing of what it had done before', () => {
  const failed = (rest: readonly Happening[]) => [
    joins(0, 'c1'),
    takes(10, 'm0'),
    takes(10, 'm1'),
    gets(12, 'c1', 'm0'),
    gets(13, 'c1', 'm1', { outcome: 'retryable' }),
    ...rest,
    leaves(20, 'c1', 5),
    joins(30, 'c2'),
    gets(40, 'c2', 'm0'),
    gets(41, 'c2', 'm1'),
    commits(70, 2),
    drained(80),
  ]
  expect(examine(CLAUSE, failed([])).messages).toEqual([])
  expect(examine(CLAUSE, failed([gets(15, 'c1', 'm1')])).messages).toHaveLength(1)
})

test('what another member got behind it, or what was not done yet, a member that leaves owes nothing', () => {
  const later = [...HANDLED, joins(14, 'c2'), gets(15, 'c2', 'm1'), leaves(20, 'c1', 5), commits(70, 2), drained(80)]
  expect(examine(CLAUSE, later).messages).toEqual([])
  const lost = [...HANDLED, holds(15, 'revoked', 'c1'), leaves(20, 'c1', 5), commits(70, 2), drained(80)]
  expect(examine(CLAUSE, lost).messages).toEqual([])
  const joined = [...HANDLED, joins(15, 'c2'), leaves(20, 'c1', 5), commits(70, 2), drained(80)]
  expect(examine(CLAUSE, joined).messages).toEqual([])
  const open = [joins(0, 'c1'), takes(10, 'm0'), gets(12, 'c1', 'm0', { until: 60 }), leaves(20, 'c1', 5)]
  expect(examine(CLAUSE, [...open, commits(70, 1), drained(80)]).messages).toEqual([])
})

test('a copy that is still being tried owes nothing, though another copy has a dead letter', () => {
  const stored = [joins(0, 'c1'), takes(10, 'm0'), stores(11, 'm0', { offset: 1 })]
  const first = [gets(12, 'c1', 'm0', { outcome: 'permanent' }), deadLetters(13, 'm0'), commits(14, 1)]
  const second = (outcome: 'ok' | 'retryable' | 'permanent') => gets(20, 'c1', 'm0', { offset: 1, outcome })
  expect(examine(CLAUSE, [...stored, ...first, second('retryable'), drained(80)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...stored, ...first, second('ok'), drained(80)]).messages).toHaveLength(1)
  const both = [...stored, ...first, second('permanent'), deadLetters(21, 'm0', {}, { position: ELSEWHERE })]
  expect(examine(CLAUSE, [...both, drained(80)]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [...both, commits(22, 2), drained(80)])).toMatchObject(fine(2))
})

test('a message that came again and failed owes nothing while it is still being tried', () => {
  const left = [...HANDLED, commits(14, 1), joins(20, 'c2')]
  const again = (outcome: 'ok' | 'retryable') => gets(30, 'c2', 'm1', { outcome })
  expect(examine(CLAUSE, [...left, again('retryable'), drained(80)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...left, again('ok'), drained(80)]).messages).toHaveLength(1)
  const failed = [again('retryable'), gets(40, 'c2', 'm1', { outcome: 'retryable', attempt: 2 }), deadLetters(41, 'm1')]
  expect(examine(CLAUSE, [...left, ...failed, drained(80)]).messages).toHaveLength(1)
})

test('a system without committed offsets owes none', () => {
  const lacks = { committedOffsets: 'it hands each message out once' }
  expect(examine(CLAUSE, [...HANDLED, drained(80)], { lacks })).toMatchObject(fine(0))
})

test('of another group', () => {
  const { messages } = examine(CLAUSE, [...HANDLED, commits(14, 2, { group: 'h' }), drained(80)])
  expect(messages).toHaveLength(1)
})

test('what lies behind a message that was not done owes nothing', () => {
  const happened = [
    joins(0, 'c1'),
    takes(10, 'm0'),
    takes(10, 'm1'),
    gets(12, 'c1', 'm0', { outcome: 'retryable' }),
    gets(13, 'c1', 'm1'),
  ]
  expect(examine(CLAUSE, [...happened, drained(80)])).toMatchObject(fine(0))
})

test('what lies behind a message that it was not given owes nothing, since one of its key may be waiting', () => {
  const happened = [joins(0, 'c1'), takes(10, 'm0'), takes(10, 'm1'), takes(10, 'm2')]
  const given = [...happened, gets(12, 'c1', 'm0'), gets(13, 'c1', 'm2')]
  expect(examine(CLAUSE, [...given, commits(14, 1), drained(80)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...given, drained(80)]).messages).toHaveLength(1)
})

test('a group that began later owes nothing for what lies before', () => {
  const happened = [joins(0, 'c1'), takes(10, 'm0'), takes(10, 'm1'), gets(13, 'c1', 'm1')]
  expect(examine(CLAUSE, [...happened, commits(14, 2), drained(80)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...happened, drained(80)]).messages).toHaveLength(1)
})

test('nor does what the group was never given', () => {
  const happened = [joins(0, 'c1'), takes(10, 'm0'), passesOver(12, 'm0', 'expired')]
  expect(examine(CLAUSE, [...happened, drained(80)])).toMatchObject(fine(0))
})

test.each([
  ['a fault', fault(20, 30, 'consume')],
  ['a node that was killed', kills(20)],
  ['a stall', stalls(20, 5_000)],
])('%s says why', (_name, why) => {
  expect(examine(CLAUSE, [...HANDLED, why, drained(6_000)])).toMatchObject(fine(0))
})

test('a handler that outlasts half a session may lose its partition, and what is behind it as well', () => {
  const given = [joins(0, 'c1'), takes(10, 'm0'), takes(10, 'm1'), takes(10, 'm2'), gets(12, 'c1', 'm0')]
  const long = [...given, gets(13, 'c1', 'm1', { until: 200 }), gets(201, 'c1', 'm2')]
  expect(examine(CLAUSE, [...long, commits(202, 1), drained(300)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...long, drained(300)]).messages).toHaveLength(1)
  const short = [...given, gets(13, 'c1', 'm1', { until: 100 }), gets(101, 'c1', 'm2')]
  expect(examine(CLAUSE, [...short, commits(102, 1), drained(300)]).messages).toHaveLength(1)
})

test('what was committed counts in spite of a stall', () => {
  expect(examine(CLAUSE, [...HANDLED, commits(14, 1), stalls(20, 5_000), drained(6_000)])).toMatchObject(fine(1))
})

test('a run that was cut short says nothing', () => {
  expect(examine(CLAUSE, HANDLED)).toMatchObject(fine(0))
})
