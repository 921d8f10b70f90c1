import { describe, expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  acknowledges,
  error,
  exits,
  fails,
  fault,
  faultOf,
  publishes,
  REFUSED,
  receives,
  slows,
  tries,
} from '../testing/story.case.ts'

const CLAUSE = 'retry/5'
const ONE = [publishes(10, 'm1'), tries(10, 12, 'm1')]

describe('requests', () => {
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
  test('of an adapter that reports no attempts have nothing to be compared with', () => {
    expect(examine(CLAUSE, [publishes(10, 'm1'), receives(11, 'm1'), receives(12, 'm1')])).toMatchObject(fine(0))
  })
})

describe('the time of a publish', () => {
  const LATE = 'm1 was still retried after its time was over'
  const over = [...ONE, fails(900, 'm1', error('DEADLINE'))]
  test('is over before another request comes', () => {
    expect(examine(CLAUSE, [...over, receives(1_005, 'm1')])).toMatchObject(fine(1))
    const { messages, violations } = examine(CLAUSE, [...over, receives(1_020, 'm1')])
    expect(messages).toEqual([LATE])
    expect(violations[0]).toMatchObject({ actual: 'one after 1010 ms', at: 1_020 })
  })
  test('is over before another attempt begins', () => {
    expect(examine(CLAUSE, [...ONE, tries(1_020, 1_022, 'm1', 2), fails(1_022, 'm1', REFUSED)]).messages).toEqual([
      LATE,
    ])
  })
  test.each([
    ['kept back by a fault', faultOf('pause')(1_000, 1_015, 'publish')],
    ['sent before it, and slowed down', slows(950, 1_015, 'publish')],
  ])('may be over when a request comes that was %s', (_name, cause) => {
    expect(examine(CLAUSE, [...over, receives(1_020, 'm1'), cause]).messages).toEqual([])
  })
  test('is over when a request comes after a fault that keeps nothing back', () => {
    const refused = fault(1_000, 1_015, 'publish')
    expect(examine(CLAUSE, [...over, receives(1_020, 'm1'), refused]).messages).toEqual([LATE])
  })
})
