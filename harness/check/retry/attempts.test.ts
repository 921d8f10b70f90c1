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
  test('a breaker that had closed again is no reason', () => {
    const happened = [...ONE, fails(12, 'm1', REFUSED)]
    const earlier = [breaker(1, 'closed', 'open'), breaker(5, 'open', 'half-open'), breaker(6, 'half-open', 'closed')]
    expect(examine(CLAUSE, [...earlier, ...happened]).messages).toHaveLength(1)
  })
  test.each([
    ['the same number twice', 1],
    ['a number left out', 3],
  ])('reported under %s', (_name, number) => {
    const happened = [...ONE, tries(22, 24, 'm1', number, 'ok'), acknowledges(24, 'm1')]
    expect(examine(CLAUSE, happened).messages).toEqual([`attempt 2 of m1 was reported as attempt ${number}`])
  })
  test('reaches the system more often than it may be tried, whatever is reported', () => {
    const requests = [11, 12, 13, 14].flatMap((at) => receives(at, 'm1'))
    expect(examine(CLAUSE, [publishes(10, 'm1'), tries(10, 15, 'm1', 1, 'ok'), requests]).messages).toEqual([
      'm1 reached the system 4 times, which is too often',
    ])
    expect(examine(CLAUSE, [publishes(10, 'm1'), requests.slice(1)]).messages).toEqual([])
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
    expect(examine(CLAUSE, [...CALM, again(1_050, 3)]).messages).toEqual(['c1 received m1 3 times, which is too often'])
  })
  test('is tried too often under an attempt number that never grows', () => {
    expect(examine(CLAUSE, [...CALM, again(1_050, 1)]).messages).toEqual(['c1 received m1 3 times, which is too often'])
  })
  test('is tried too often under places that are not where it lies', () => {
    const moved = gets(1_050, 'c1', 'm1', { attempt: 1, outcome: 'retryable', offset: 9 })
    expect(examine(CLAUSE, [...CALM, moved]).messages).toContain('c1 received m1 3 times, which is too often')
  })
  test.each([
    ['a member joined', joins(1_030, 'c2')],
    ['the network had failed', fault(1_025, 1_035, 'consume')],
    ['its dead letter could not be stored', fault(1_015, 1_035, 'dead-letter')],
  ])('may begin anew after %s', (_name, happened) => {
    expect(examine(CLAUSE, [...CALM, happened, again(1_050, 1), again(1_060, 2)]).messages).toEqual([])
  })
  test('of another copy counts for itself', () => {
    const copy = [stores(1_002, 'm1', { offset: 9 }), gets(1_050, 'c1', 'm1', { offset: 9 })]
    expect(examine(CLAUSE, [...CALM, ...copy]).messages).toEqual([])
  })
  test('in a cut history may lack its cause', () => {
    expect(examine(CLAUSE, [...CALM, again(1_050, 1)], { complete: false, witness: 'after' }).messages).toEqual([])
  })
})
