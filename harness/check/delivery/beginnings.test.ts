import { describe, expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  acknowledges,
  deadLetters,
  drained,
  fails,
  fault,
  gets,
  joins,
  leaves,
  publishes,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'delivery/8'

describe('a new group from the earliest message', () => {
  test('gets what was there before it', () => {
    const happened = [takes(10, 'm1'), joins(20, 'c1'), gets(21, 'c1', 'm1'), drained(100)]
    expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
  })
  test('may dead-letter it', () => {
    const failed = gets(21, 'c1', 'm1', { outcome: 'permanent' })
    const happened = [takes(10, 'm1'), joins(20, 'c1'), failed, deadLetters(30, 'm1'), drained(100)]
    expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
  })
  test('gets only what follows', () => {
    const happened = [takes(10, 'm1'), joins(20, 'c1'), takes(30, 'm2'), gets(31, 'c1', 'm2'), drained(100)]
    const { messages, violations } = examine(CLAUSE, happened)
    expect(messages).toEqual([
      'the new group g, which started at the earliest message, never got m1, which was published before it subscribed',
    ])
    expect(violations[0]?.actual).toBe('m1 was acknowledged at 11 ms, and g subscribed at 20 ms')
  })
  test('is not owed what the system never had, nor anything once it has left', () => {
    const works = [takes(30, 'm2'), gets(31, 'c1', 'm2')]
    const never = [publishes(10, 'm1'), acknowledges(11, 'm1'), joins(20, 'c1'), ...works, drained(100)]
    expect(examine(CLAUSE, never)).toMatchObject(fine(0))
    expect(examine(CLAUSE, never, { witness: 'none' })).toMatchObject(fine(0))
    const there = [takes(10, 'm1'), joins(20, 'c1')]
    expect(examine(CLAUSE, [...there, ...works, leaves(40, 'c1'), drained(100)])).toMatchObject(fine(0))
  })
  test('is owed without a witness what another group got', () => {
    const other = [joins(0, 'c0', { group: 'h' }), takes(10, 'm1'), gets(12, 'c0', 'm1', { group: 'h' })]
    const happened = [...other, joins(20, 'c1'), takes(30, 'm2'), gets(31, 'c1', 'm2'), drained(100)]
    expect(examine(CLAUSE, happened, { witness: 'none' }).messages).toHaveLength(1)
  })
  test('a history that was cut, or never drained, cannot tell', () => {
    const happened = [takes(10, 'm1'), joins(20, 'c1'), takes(30, 'm2'), gets(31, 'c1', 'm2')]
    expect(examine(CLAUSE, [...happened, drained(100)], { complete: false })).toMatchObject(fine(0))
    expect(examine(CLAUSE, happened)).toMatchObject(fine(0))
  })
})

describe('a new group from the latest message', () => {
  const latest = joins(20, 'c1', { from: 'latest' })
  test('gets nothing that was there before it', () => {
    expect(examine(CLAUSE, [takes(10, 'm1'), latest, takes(30, 'm2'), gets(31, 'c1', 'm2')])).toMatchObject(fine(1))
  })
  test('gets what was there', () => {
    const { messages, violations } = examine(CLAUSE, [takes(10, 'm1'), latest, gets(21, 'c1', 'm1')])
    expect(messages).toEqual([
      'the new group g, which started at the latest message, got m1, which was published before it subscribed',
    ])
    expect(violations[0]).toMatchObject({ op: 'm1', at: 21, node: 'n1' })
  })
  test('may get a copy that was stored late', () => {
    const happened = [fault(9, 15, 'publish'), takes(10, 'm1'), latest, gets(21, 'c1', 'm1', { offset: 7 })]
    expect(examine(CLAUSE, happened)).toMatchObject(fine(0))
  })
  test('may get it once a member asks for everything', () => {
    const happened = [takes(10, 'm1'), latest, leaves(22, 'c1'), joins(30, 'c2'), gets(31, 'c2', 'm1')]
    expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
  })
})

test('what is published later, or not acknowledged, is no occasion', () => {
  const later = [joins(0, 'c1'), joins(0, 'c2', { group: 'h', from: 'latest' }), takes(10, 'm1'), drained(100)]
  expect(examine(CLAUSE, later)).toMatchObject(fine(0))
  expect(examine(CLAUSE, [publishes(1, 'm1'), fails(2, 'm1'), joins(20, 'c1'), drained(100)])).toMatchObject(fine(0))
})
