import { describe, expect, test } from 'vitest'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  commits,
  deadLetters,
  exits,
  fault,
  gets,
  joins,
  reportsDeadLetter,
  stalls,
  stands,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'dead-letter/4'
const FAILED = [joins(0, 'c1'), takes(10, 'm0'), gets(12, 'c1', 'm0', { outcome: 'permanent' })]
const EARLY = [
  'group g committed past m0, whose handling had failed for good, before its dead letter was accepted (early commit)',
]

test('the dead letter first, then the commit', () => {
  expect(examine(CLAUSE, [...FAILED, deadLetters(14, 'm0'), commits(15, 1)])).toMatchObject(fine(1))
  expect(
    examine(CLAUSE, [...FAILED, fault(13, 80, 'dead-letter'), deadLetters(90, 'm0'), stands(91, 1)]),
  ).toMatchObject(fine(1))
})

test('the commit first', () => {
  const { messages, violations } = examine(CLAUSE, [...FAILED, commits(13, 1), deadLetters(14, 'm0')])
  expect(messages).toEqual(EARLY)
  expect(violations[0]?.actual).toBe('committed at 13 ms, accepted at 14 ms')
  expect(examine(CLAUSE, [...FAILED, stands(13, 1), commits(15, 1), deadLetters(14, 'm0')]).messages).toEqual(EARLY)
})

test('a commit, and no dead letter at all', () => {
  expect(examine(CLAUSE, [...FAILED, commits(13, 1)]).violations[0]?.actual).toBe(
    'committed at 13 ms, without any dead letter',
  )
  expect(examine(CLAUSE, [...FAILED, commits(13, 1)], { witness: 'after' }).messages).toEqual(EARLY)
})

test('no commit, or none past the message, is no occasion', () => {
  expect(examine(CLAUSE, FAILED)).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...FAILED, commits(13, 0)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [joins(0, 'c1'), takes(10, 'm0'), gets(12, 'c1', 'm0'), commits(13, 1)])).toMatchObject(
    fine(0),
  )
})

test('a commit before the handling had failed is early in another way', () => {
  expect(
    examine(CLAUSE, [joins(0, 'c1'), takes(10, 'm0'), commits(11, 1), gets(12, 'c1', 'm0', { outcome: 'permanent' })]),
  ).toMatchObject(fine(0))
})

test('a message that a successor handled well needs no dead letter', () => {
  const happened = [
    exits(13),
    joins(20, 'c2', { node: 'n2' }),
    gets(30, 'c2', 'm0', { node: 'n2' }),
    commits(31, 1, { consumer: 'c2' }),
  ]
  expect(examine(CLAUSE, [...FAILED, ...happened])).toMatchObject(fine(1))
})

test("read after the run, the adapter's report tells when, and without one the dead letter is believed", () => {
  const options = { witness: 'after' } as const
  const found = [...FAILED, stands(20, 1), deadLetters(99, 'm0')]
  expect(examine(CLAUSE, found, options)).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...found, reportsDeadLetter(19, 'm0')], options)).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...found, reportsDeadLetter(121, 'm0')], options).messages).toEqual(EARLY)
})

describe('a commit that the witness sees before the adapter reports the dead letter', () => {
  const options = { witness: 'after', site: 'real' } as const
  const SEEN = [...FAILED, stands(20, 1), deadLetters(999, 'm0')]
  test('has come first, whatever the adapter says of its own commit', () => {
    for (const own of [[], commits(25, 1), commits(19, 1)])
      expect(examine(CLAUSE, [...SEEN, reportsDeadLetter(25, 'm0'), own], options).messages).toEqual(EARLY)
    expect(examine('delivery/6', [...SEEN, reportsDeadLetter(25, 'm0')], options).messages).toHaveLength(1)
  })
  test.each([
    ['a fault', fault(13, 60, 'consume')],
    ['a stall', stalls(13, 90)],
  ])('has come first also where %s held an answer up', (_name, happened) => {
    expect(examine(CLAUSE, [...SEEN, happened, reportsDeadLetter(50, 'm0')], options).messages).toEqual(EARLY)
  })
  test('has not where two clocks differ by less than a millisecond', () => {
    expect(examine(CLAUSE, [...SEEN, reportsDeadLetter(20.9, 'm0')], options)).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...SEEN, reportsDeadLetter(21.1, 'm0')], options).messages).toEqual(EARLY)
  })
})

describe('a dead letter and its commit that are claimed to be one transaction', () => {
  const claims = { ...STORY_CLAIMS, deadLetter: { naming: 'per-topic', name: '.dlq', commit: 'together' } } as const
  const options = { claims, witness: 'after', site: 'real' } as const
  const SEEN = [...FAILED, stands(20, 1), deadLetters(999, 'm0')]
  test('may be seen by the witness before the adapter has its answer, for as long as an attempt takes', () => {
    expect(examine(CLAUSE, [...SEEN, reportsDeadLetter(25, 'm0'), commits(25, 1)], options)).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...SEEN, reportsDeadLetter(120, 'm0')], options)).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...SEEN, reportsDeadLetter(125, 'm0')], options).messages).toEqual(EARLY)
    expect(examine('delivery/6', [...SEEN, reportsDeadLetter(25, 'm0')], options)).toMatchObject(fine(1))
    expect(examine('delivery/6', [...SEEN, reportsDeadLetter(125, 'm0')], options).messages).toHaveLength(1)
  })
  test.each([
    ['a fault', fault(22, 60, 'consume')],
    ['a stall', stalls(22, 90)],
  ])('or longer, when %s held the answer up', (_name, happened) => {
    expect(examine(CLAUSE, [...SEEN, happened, reportsDeadLetter(150, 'm0')], options)).toMatchObject(fine(1))
  })
  test("is none where the commit comes first in the adapter's own words", () => {
    expect(examine(CLAUSE, [...SEEN, commits(21, 1), reportsDeadLetter(22, 'm0')], options).messages).toEqual(EARLY)
  })
  test('is none where the dead-letter destination was down meanwhile', () => {
    const down = fault(13, 300, 'dead-letter')
    expect(examine(CLAUSE, [...SEEN, down, reportsDeadLetter(310, 'm0')], options).messages).toEqual(EARLY)
  })
  test('may be seen by a live witness in either order, but at one moment', () => {
    const live = { claims, witness: 'live' } as const
    expect(examine(CLAUSE, [...FAILED, stands(14, 1), deadLetters(14, 'm0')], live)).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...FAILED, stands(14, 1), deadLetters(14.5, 'm0')], live).messages).toEqual(EARLY)
  })
})

test("without a witness the adapter's reports are judged by each other", () => {
  const options = { witness: 'none' } as const
  expect(examine(CLAUSE, [...FAILED, reportsDeadLetter(13, 'm0'), commits(14, 1)], options)).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...FAILED, commits(13, 1), reportsDeadLetter(14, 'm0')], options).messages).toEqual(EARLY)
})

test('a cut history of several processes may lack the dead letter', () => {
  expect(examine(CLAUSE, [...FAILED, commits(13, 1)], { complete: false, witness: 'after' })).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...FAILED, commits(13, 1)], { complete: false }).messages).toEqual(EARLY)
})
