import { describe, expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  aborts,
  begins,
  closes,
  fails,
  fault,
  gets,
  type Happening,
  holds,
  joins,
  PERMANENT,
  publishes,
  REFUSED,
  refused,
  stores,
  takes,
  tries,
} from '../testing/story.case.ts'

const CLAUSE = 'retry/4'
const ELSEWHERE = { topic: 't', partition: 1, offset: 1 }
const ONE = [publishes(10, 'm1'), tries(10, 12, 'm1')]

describe('a publish', () => {
  test('that failed for good is given up, and one that failed in passing is retried', () => {
    const refused = [publishes(10, 'm2'), tries(10, 12, 'm2', 1, PERMANENT), fails(12, 'm2', PERMANENT)]
    const retried = [...ONE, tries(22, 24, 'm1', 2), tries(44, 46, 'm1', 3), fails(46, 'm1', REFUSED)]
    expect(examine(CLAUSE, [...refused, ...retried])).toMatchObject(fine(4))
  })
  test('that works is no occasion', () => {
    expect(examine(CLAUSE, [publishes(10, 'm1'), tries(10, 12, 'm1', 1, 'ok')])).toMatchObject(fine(0))
  })
  test('that failed for good is tried again', () => {
    const again = [publishes(10, 'm1'), tries(10, 12, 'm1', 1, PERMANENT), tries(22, 24, 'm1', 2, 'ok')]
    const { messages, violations } = examine(CLAUSE, again)
    expect(messages).toEqual(['m1 was retried, but an attempt of it had failed for good'])
    expect(violations[0]).toMatchObject({ op: 'm1', node: 'n1', at: 22 })
  })
  describe('that failed with an error said to be permanent', () => {
    const permanent = [publishes(10, 'm1'), tries(10, 12, 'm1', 1, PERMANENT), fails(12, 'm1', PERMANENT)]
    test('of the topic that the system refuses is given up with good reason', () => {
      expect(examine(CLAUSE, refused([...permanent, fault(11, 40, 'publish')]))).toMatchObject(fine(1))
    })
    test('while a fault was active is given up too soon', () => {
      expect(examine(CLAUSE, [...permanent, fault(11, 40, 'publish')]).messages).toEqual([
        "m1 was given up after 1 attempt as if its link's failure were permanent",
      ])
    })
    test('may be, when the fault came after it or struck another role', () => {
      expect(examine(CLAUSE, [...permanent, fault(13, 40, 'publish'), fault(5, 40, 'consume')]).messages).toEqual([])
    })
    test.each([
      ['its node was closing', closes(11)],
      ['it was aborted', aborts(11, 'm1')],
    ])('may be, when %s', (_name, cause) => {
      expect(examine(CLAUSE, [...permanent, cause, fault(5, 40, 'publish')]).messages).toEqual([])
    })
    test('blames its caller if the attempt was cancelled, not the link', () => {
      const cut: Happening = [
        { type: 'attempt-ended', at: 90, node: 'n1', op: 'm1', attempt: 1, outcome: 'cancelled', error: PERMANENT },
      ]
      const late = [publishes(10, 'm1'), begins(10, 'm1'), cut, fails(90, 'm1')]
      expect(examine(CLAUSE, [...late, fault(5, 95, 'publish')]).messages).toEqual([])
    })
    test('may be, when it had all its attempts', () => {
      const all = [tries(22, 24, 'm1', 2), tries(44, 46, 'm1', 3, PERMANENT), fails(46, 'm1', PERMANENT)]
      expect(examine(CLAUSE, [...ONE, ...all, fault(5, 60, 'publish')]).messages).toEqual([])
    })
  })
})

describe('a handler', () => {
  test('that rejects for good is an occasion', () => {
    const happened = [joins(0, 'c1'), takes(1_000, 'm1'), gets(1_010, 'c1', 'm1', { outcome: 'permanent' })]
    expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
  })
  describe('that rejected for good', () => {
    const rejected = [joins(0, 'c1'), takes(1_000, 'm1'), gets(1_010, 'c1', 'm1', { outcome: 'permanent' })]
    test('is called again', () => {
      const again = ['c1 received m1 again, although it had rejected it as permanent']
      expect(examine(CLAUSE, [...rejected, gets(1_030, 'c1', 'm1', { attempt: 2 })]).messages).toEqual(again)
      expect(examine(CLAUSE, [...rejected, gets(1_030, 'c1', 'm1')]).messages).toEqual(again)
    })
    test('is called again, and its adapter told that it had kept its partitions all the while', () => {
      const held = [holds(5, 'assigned', 'c1'), joins(1_020, 'c2'), holds(1_025, 'assigned', 'c2')]
      expect(examine(CLAUSE, [...rejected, ...held, gets(1_030, 'c1', 'm1')]).messages).toEqual([
        'c1 received m1 again, although it had rejected it as permanent',
      ])
      const cut = [...held, fault(1_020, 1_025, 'consume')]
      expect(examine(CLAUSE, [...rejected, ...cut, gets(1_030, 'c1', 'm1')]).messages).toHaveLength(1)
      const lost = [...cut, holds(1_022, 'revoked', 'c1'), holds(1_024, 'assigned', 'c1')]
      expect(examine(CLAUSE, [...rejected, ...lost, gets(1_030, 'c1', 'm1')]).messages).toEqual([])
    })
    test('may be called with its copy at the same offset of another partition', () => {
      const elsewhere = (happened: Happening): Happening =>
        happened.map((event) => ('position' in event ? { ...event, position: ELSEWHERE } : event) as Happening[number])
      const copied = [...rejected, elsewhere(stores(1_005, 'm1'))]
      const again = gets(1_030, 'c1', 'm1', { outcome: 'permanent' })
      expect(examine(CLAUSE, [...copied, elsewhere(again)]).messages).toEqual([])
      expect(examine(CLAUSE, [...copied, again]).messages).toHaveLength(1)
    })
    test.each([
      ['with another message', [gets(1_030, 'c1', 'm2')]],
      ['as another member', [gets(1_030, 'c2', 'm1')]],
      ['after its partition was lost', [holds(1_020, 'revoked', 'c1'), gets(1_030, 'c1', 'm1')]],
      ['after the network had failed', [fault(1_020, 1_025, 'consume'), gets(1_030, 'c1', 'm1')]],
      ['after another member had joined', [joins(1_020, 'c2'), gets(1_030, 'c1', 'm1')]],
      ['never', []],
    ])('may be called again %s', (_name, happened) => {
      expect(examine(CLAUSE, [...rejected, ...happened]).messages).toEqual([])
    })
  })
})
