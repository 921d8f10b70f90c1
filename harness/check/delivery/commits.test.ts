import { expect, test } from 'vitest'
import { claimsWithout } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  commits,
  deadLetters,
  exits,
  fails,
  gets,
  joins,
  publishes,
  reportsDeadLetter,
  stands,
  stores,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'delivery/6'
const M0 = [joins(0, 'c1'), takes(10, 'm0')]

test('handled, then committed', () => {
  expect(examine(CLAUSE, [...M0, gets(12, 'c1', 'm0'), commits(13, 1)])).toMatchObject(fine(1))
})

test('committed before it was delivered', () => {
  const { messages } = examine(CLAUSE, [...M0, commits(11, 1), gets(12, 'c1', 'm0')])
  expect(messages).toEqual(['group g committed t/0 up to 1, past m0 at 0, which had not been delivered (early commit)'])
})

test('committed while its handler ran', () => {
  const { messages } = examine(CLAUSE, [...M0, gets(12, 'c1', 'm0', { until: 20 }), stands(15, 1)])
  expect(messages).toEqual(['group g committed t/0 up to 1, past m0 at 0, whose handler had not ended (early commit)'])
})

test('committed although its handler rejected it', () => {
  const { messages } = examine(CLAUSE, [...M0, gets(12, 'c1', 'm0', { outcome: 'retryable' }), commits(13, 1)])
  expect(messages[0]).toContain('which was neither handled nor dead-lettered')
})

test('a message that the commit jumped over is named', () => {
  const { messages } = examine(CLAUSE, [...M0, takes(10, 'm1'), gets(12, 'c1', 'm1'), commits(13, 2)])
  expect(messages).toEqual(['group g committed t/0 up to 2, past m0 at 0, which had not been delivered (early commit)'])
})

test('a message of unknown effect that was stored is jumped over as well', () => {
  const happened = [
    joins(0, 'c1'),
    publishes(5, 'm0'),
    fails(8, 'm0'),
    stores(9, 'm0'),
    takes(10, 'm1'),
    gets(12, 'c1', 'm1'),
    commits(13, 2),
  ]
  expect(examine(CLAUSE, happened).messages).toHaveLength(1)
})

test('offsets need not be contiguous', () => {
  expect(examine(CLAUSE, [joins(0, 'c1'), takes(10, 'm4'), gets(12, 'c1', 'm4'), commits(13, 9)])).toMatchObject(
    fine(1),
  )
})

test('a dead letter in time is as good as a handler', () => {
  const failed = [...M0, gets(12, 'c1', 'm0', { outcome: 'permanent' })]
  expect(examine(CLAUSE, [...failed, deadLetters(14, 'm0'), commits(15, 1)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...failed, deadLetters(14, 'm0'), commits(13, 1)]).messages).toHaveLength(1)
})

test("read after the run, a dead letter tells no time: the adapter's report does, and without one it is believed", () => {
  const failed = [...M0, gets(12, 'c1', 'm0', { outcome: 'permanent' }), stands(20, 1), deadLetters(99, 'm0')]
  expect(examine(CLAUSE, failed, { witness: 'after' })).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...failed, reportsDeadLetter(15, 'm0')], { witness: 'after' })).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...failed, reportsDeadLetter(121, 'm0')], { witness: 'after' }).messages).toHaveLength(1)
})

test('handled by one member, committed by its successor', () => {
  const happened = [
    ...M0,
    gets(12, 'c1', 'm0'),
    exits(13),
    joins(20, 'c2', { node: 'n2' }),
    gets(30, 'c2', 'm0', { node: 'n2', until: 40 }),
    commits(35, 1, { consumer: 'c2' }),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('a latest group owes nothing below where it began, nor what it never got', () => {
  const late = [takes(10, 'm0'), takes(10, 'm1'), joins(20, 'c1', { from: 'latest' }), stands(20, 2), takes(30, 'm2')]
  expect(examine(CLAUSE, [...late, gets(32, 'c1', 'm2'), commits(33, 3)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...late, gets(32, 'c1', 'm2', { until: 40 }), commits(33, 3)]).messages).toHaveLength(1)
})

test('a bus without dead letters may go on behind what failed for good', () => {
  const after = (outcome: 'permanent' | 'retryable') => [...M0, gets(12, 'c1', 'm0', { outcome }), commits(13, 1)]
  const claims = claimsWithout('deadLetter')
  expect(examine(CLAUSE, after('permanent'), { claims })).toMatchObject(fine(1))
  expect(examine(CLAUSE, after('retryable'), { claims }).messages).toHaveLength(1)
})

test('no commit that leaves a message behind, no occasion', () => {
  expect(examine(CLAUSE, [...M0, commits(11, 0), gets(12, 'c1', 'm0')])).toMatchObject(fine(0))
})

test('one and the same early commit is reported once, however often it is repeated', () => {
  expect(examine(CLAUSE, [...M0, commits(11, 1), stands(12, 1), commits(13, 1)]).messages).toHaveLength(1)
})

test('a cut history of several processes may lack what was handled', () => {
  const happened = [...M0, commits(11, 1)]
  expect(examine(CLAUSE, happened, { complete: false, witness: 'after' })).toMatchObject(fine(0))
  expect(examine(CLAUSE, happened, { complete: false }).messages).toHaveLength(1)
})

test('a latest group owes nothing for the copy of a message that was stored before it began', () => {
  const first = [stores(10, 'm1', { offset: 0 }), joins(20, 'c1', { from: 'latest' }), takes(21, 'm2', { offset: 1 })]
  const second = [gets(22, 'c1', 'm2', { offset: 1 }), commits(23, 2), takes(25, 'm1', { offset: 2 })]
  expect(examine(CLAUSE, [...first, ...second, gets(26, 'c1', 'm1', { offset: 2 }), commits(27, 3)]).messages).toEqual(
    [],
  )
  const tooEarly = [commits(26, 3), gets(27, 'c1', 'm1', { offset: 2 })]
  expect(examine(CLAUSE, [...first, ...second, ...tooEarly]).messages).toHaveLength(1)
})
