import { describe, expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  aborts,
  acknowledges,
  breaker,
  closes,
  error,
  exits,
  fails,
  fault,
  gets,
  holds,
  joins,
  OPEN,
  PERMANENT,
  publishes,
  REFUSED,
  receives,
  stores,
  takes,
  tries,
} from '../testing/story.case.ts'

const CLAUSE = 'retry/1'
const ONE = [publishes(10, 'm1'), tries(10, 12, 'm1')]
const THREE = [...ONE, tries(22, 24, 'm1', 2), tries(44, 46, 'm1', 3)]

describe('a publish', () => {
  test('is tried three times', () => {
    expect(examine(CLAUSE, [...THREE, fails(46, 'm1', REFUSED)])).toMatchObject(fine(1))
  })
  test('is tried until it works', () => {
    expect(examine(CLAUSE, [...ONE, tries(22, 24, 'm1', 2, 'ok'), acknowledges(24, 'm1')])).toMatchObject(fine(1))
  })
  test('that works at once is no occasion', () => {
    expect(examine(CLAUSE, [publishes(10, 'm1'), tries(10, 12, 'm1', 1, 'ok'), acknowledges(12, 'm1')])).toMatchObject(
      fine(0),
    )
  })
  test('is tried too often', () => {
    expect(examine(CLAUSE, [...THREE, tries(66, 68, 'm1', 4), fails(68, 'm1', REFUSED)]).messages).toEqual([
      'm1 was tried 4 times, which is too often',
    ])
  })
  test('is given up too soon', () => {
    expect(examine(CLAUSE, [...ONE, fails(12, 'm1', REFUSED)]).messages).toEqual([
      'm1 was given up after 1 attempt without a reason',
    ])
  })
  test.each([
    ['the error was permanent', [publishes(10, 'm1'), tries(10, 12, 'm1', 1, PERMANENT), fails(12, 'm1', PERMANENT)]],
    ['it was aborted', [...ONE, aborts(15, 'm1'), fails(15, 'm1', error('ABORTED'))]],
    ['its node was closing', [...ONE, closes(15), fails(15, 'm1', error('CLOSED'))]],
    ['its process ended', [...ONE, exits(15)]],
    ['the breaker refused it', [...ONE, fails(22, 'm1', OPEN)]],
    ['the breaker had opened', [...ONE, breaker(15, 'closed', 'open'), fails(22, 'm1', error('WRAPPED'))]],
    ['its time was up', [...ONE, fails(990, 'm1', error('DEADLINE'))]],
    ['it is still pending', ONE],
  ])('may be given up when %s', (_name, happened) => {
    expect(examine(CLAUSE, happened).messages).toEqual([])
  })
  describe('that failed with an error said to be permanent', () => {
    const permanent = [publishes(10, 'm1'), tries(10, 12, 'm1', 1, PERMANENT), fails(12, 'm1', PERMANENT)]
    test('while a fault was active is given up too soon', () => {
      expect(examine(CLAUSE, [...permanent, fault(11, 40, 'publish')]).messages).toEqual([
        'm1 was given up after 1 attempt without a reason',
      ])
    })
    test('may be, when the fault came after it or struck another role', () => {
      expect(examine(CLAUSE, [...permanent, fault(13, 40, 'publish'), fault(5, 40, 'consume')])).toMatchObject(fine(1))
    })
    test.each([
      ['its node was closing', closes(11)],
      ['it was aborted', aborts(11, 'm1')],
    ])('may be, when %s', (_name, cause) => {
      expect(examine(CLAUSE, [...permanent, cause, fault(5, 40, 'publish')])).toMatchObject(fine(1))
    })
    test('may be, when it had all its attempts', () => {
      const all = [tries(22, 24, 'm1', 2), tries(44, 46, 'm1', 3, PERMANENT), fails(46, 'm1', PERMANENT)]
      expect(examine(CLAUSE, [...ONE, ...all, fault(5, 60, 'publish')])).toMatchObject(fine(1))
    })
  })
  test('a breaker that had closed again is no reason', () => {
    const happened = [...ONE, fails(12, 'm1', REFUSED)]
    const earlier = [breaker(1, 'closed', 'open'), breaker(5, 'open', 'half-open'), breaker(6, 'half-open', 'closed')]
    expect(examine(CLAUSE, [...earlier, ...happened]).messages).toHaveLength(1)
  })
  test('more requests on the wire than attempts', () => {
    const happened = [
      publishes(10, 'm1'),
      tries(10, 12, 'm1', 1, 'ok'),
      receives(11, 'm1'),
      receives(11.5, 'm1'),
      acknowledges(12, 'm1'),
    ]
    expect(examine(CLAUSE, happened).messages).toEqual(['more requests for m1 reached the system than it had attempts'])
  })
  test('a request that no attempt had begun for, though later attempts make up for it', () => {
    const hidden = [
      ...ONE,
      receives(10.5, 'm1'),
      receives(11, 'm1'),
      tries(22, 24, 'm1', 2, 'ok'),
      acknowledges(24, 'm1'),
    ]
    const { messages, violations } = examine(CLAUSE, hidden)
    expect(messages).toEqual(['more requests for m1 reached the system than it had attempts'])
    expect(violations[0]).toMatchObject({ at: 11, actual: '1 attempt begun, 2 requests received' })
  })
  test('requests that come one for each attempt, be it late', () => {
    const late = [receives(23, 'm1'), receives(23, 'm1'), acknowledges(24, 'm1')]
    expect(examine(CLAUSE, [...ONE, tries(22, 24, 'm1', 2, 'ok'), ...late])).toMatchObject(fine(1))
  })
  test('a process that ended may have taken the report of its attempt with it', () => {
    const happened = [...ONE, publishes(13, 'm2'), exits(15), receives(16, 'm2')]
    expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
  })
  test.each([
    ['the same number twice', 1],
    ['a number left out', 3],
  ])('reported under %s', (_name, number) => {
    const happened = [...ONE, tries(22, 24, 'm1', number, 'ok'), acknowledges(24, 'm1')]
    expect(examine(CLAUSE, happened).messages).toEqual([`attempt 2 of m1 was reported as attempt ${number}`])
  })
  test('its dead letter is another request', () => {
    const letter = receives(30, 'm1').map((event) => ({ ...event, topic: 't.dlq' }) as typeof event)
    expect(
      examine(CLAUSE, [
        publishes(10, 'm1'),
        tries(10, 12, 'm1', 1, 'ok'),
        receives(11, 'm1'),
        letter,
        acknowledges(12, 'm1'),
      ]),
    ).toMatchObject(fine(0))
  })
  test('an adapter that reports no attempts is not judged by them', () => {
    expect(examine(CLAUSE, [publishes(10, 'm1'), fails(12, 'm1', REFUSED)])).toMatchObject(fine(0))
  })
})

describe('a handler', () => {
  const again = (at: number, attempt: number) => gets(at, 'c1', 'm1', { attempt, outcome: 'retryable' })
  const CALM = [joins(0, 'c1'), takes(1_000, 'm1'), again(1_010, 1), again(1_020, 2)]
  test('is tried as often as claimed', () => {
    expect(examine(CLAUSE, CALM).messages).toEqual([])
  })
  test('is tried once too often', () => {
    expect(examine(CLAUSE, [...CALM, again(1_050, 3)]).messages).toEqual([
      'c1 was given m1 3 times, which is too often',
    ])
  })
  test('is tried too often under an attempt number that never grows', () => {
    expect(examine(CLAUSE, [...CALM, again(1_050, 1)]).messages).toEqual([
      'c1 was given m1 as attempt 1, which it was not',
      'c1 was given m1 3 times, which is too often',
    ])
  })
  test('is tried too often under places that are not where it lies', () => {
    const moved = gets(1_050, 'c1', 'm1', { attempt: 1, outcome: 'retryable', offset: 9 })
    expect(examine(CLAUSE, [...CALM, moved]).messages).toContain('c1 was given m1 3 times, which is too often')
  })
  test.each([
    ['stays the same', 1],
    ['jumps', 3],
    ['begins at 0', 0],
  ])('is called under a number that %s', (_name, attempt) => {
    const { messages, violations } = examine(CLAUSE, [...CALM.slice(0, 3), again(1_020, attempt)])
    expect(messages).toEqual([`c1 was given m1 as attempt ${attempt}, which it was not`])
    expect(violations[0]).toMatchObject({ op: 'm1', group: 'g', node: 'n1', at: 1_020 })
    expect(violations[0]?.expected).toContain('attempt 2: ')
  })
  test('is first called as another attempt than the first', () => {
    expect(examine(CLAUSE, [...CALM.slice(0, 2), again(1_020, 2)]).messages).toEqual([
      'c1 was given m1 as attempt 2, which it was not',
    ])
  })
  test('that handled it well and has it again may begin anew, or count on', () => {
    const twice = (attempt: number) => [
      ...CALM.slice(0, 2),
      gets(1_010, 'c1', 'm1'),
      gets(1_020, 'c1', 'm1', { attempt }),
    ]
    for (const attempt of [1, 2]) expect(examine(CLAUSE, twice(attempt)).messages).toEqual([])
    expect(examine(CLAUSE, twice(3)).messages).toHaveLength(1)
  })
  test.each([
    ['its partition was lost and came back', [holds(1_013, 'revoked', 'c1'), holds(1_014, 'assigned', 'c1')]],
  ])('may begin anew when %s', (_name, happened) => {
    expect(examine(CLAUSE, [...CALM.slice(0, 3), ...happened, again(1_020, 1)]).messages).toEqual([])
  })
  test.each([
    ['a member joined', joins(1_030, 'c2')],
    ['the network had failed', fault(1_025, 1_035, 'consume')],
    ['its dead letter could not be stored', fault(1_015, 1_035, 'deadletter')],
  ])('may begin anew after %s', (_name, happened) => {
    expect(examine(CLAUSE, [...CALM, happened, again(1_050, 1), again(1_060, 2)]).messages).toEqual([])
  })
  describe('that rejected for good', () => {
    const rejected = [joins(0, 'c1'), takes(1_000, 'm1'), gets(1_010, 'c1', 'm1', { outcome: 'permanent' })]
    test('is called again', () => {
      const again = ['c1 was given m1 again though it had rejected it as permanent']
      expect(examine(CLAUSE, [...rejected, gets(1_030, 'c1', 'm1', { attempt: 2 })]).messages).toEqual(again)
      expect(examine(CLAUSE, [...rejected, gets(1_030, 'c1', 'm1')]).messages).toEqual(again)
    })
    test.each([
      ['with another message', [gets(1_030, 'c1', 'm2')]],
      ['as another member', [gets(1_030, 'c2', 'm1')]],
      ['after its partition was lost', [holds(1_020, 'revoked', 'c1'), gets(1_030, 'c1', 'm1')]],
      ['after the network had failed', [fault(1_020, 1_025, 'consume'), gets(1_030, 'c1', 'm1')]],
      ['never', []],
    ])('may be called again %s', (_name, happened) => {
      expect(examine(CLAUSE, [...rejected, ...happened]).messages).toEqual([])
    })
  })
  test('of another copy counts for itself', () => {
    const copy = [stores(1_002, 'm1', { offset: 9 }), gets(1_050, 'c1', 'm1', { offset: 9 })]
    expect(examine(CLAUSE, [...CALM, ...copy]).messages).toEqual([])
  })
  test('in a cut history may lack its cause', () => {
    expect(examine(CLAUSE, [...CALM, again(1_050, 1)], { complete: false, witness: 'after' }).messages).toEqual([])
  })
})
