import { describe, expect, test } from 'vitest'
import type { SeenError } from '../../events/parts.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  aborts,
  acknowledges,
  asksToJoin,
  begins,
  closed,
  closes,
  drained,
  ends,
  error,
  fails,
  fault,
  forces,
  gives,
  keeps,
  publishes,
  REFUSED,
  tried,
  tries,
  writes,
} from '../testing/story.case.ts'

const CLAUSE = 'fail-fast/3'
const failing = (failure: SeenError) => [publishes(10, 'm1'), fails(12, 'm1', failure)]

test('errors of every operation carry what they must', () => {
  const subscribed = [{ type: 'subscribed', at: 30, node: 'n1', consumer: 'c1', error: REFUSED } as const]
  const all = [...failing(REFUSED), asksToJoin(20, 'c1'), subscribed, closes(40), closed(41, 0, error('TIMEOUT'))]
  expect(examine(CLAUSE, [...all, tried(50, 'publish-closed', error('CLOSED'))])).toMatchObject(fine(4))
})

test('errors of subscribing and of leaving name their consumer', () => {
  const bare = { ...REFUSED, code: null }
  const left = [{ type: 'unsubscribed', at: 35, node: 'n1', consumer: 'c1', error: bare } as const]
  const joined = [{ type: 'subscribed', at: 30, node: 'n1', consumer: 'c1', error: bare } as const]
  expect(examine(CLAUSE, [asksToJoin(20, 'c1'), joined, left]).violations).toMatchObject([
    { message: 'the error of subscribing c1 has no code', ops: [], consumer: 'c1', node: 'n1' },
    { message: 'the error by which c1 left has no code', ops: [], consumer: 'c1', node: 'n1' },
  ])
})

test('errors of writes and of their events carry what they must, too', () => {
  const failing = [writes(10, 'm1'), gives(12, 'm1', REFUSED), writes(20, 'm2'), keeps(22, 'm2', 'failed', REFUSED)]
  expect(examine(CLAUSE, failing)).toMatchObject(fine(2))
  expect(examine(CLAUSE, [writes(10, 'm1'), gives(12, 'm1', error('E'))]).messages).toEqual([
    'the error of writing m1 has an undeclared code',
  ])
})

describe('the error of an application that rolls back', () => {
  const OWN = 'the application changed its mind'
  const rolled = (changes: Partial<SeenError>) => [
    writes(10, 'm1', { rollsBack: true }),
    gives(14, 'm1', { ...REFUSED, ...changes }),
  ]
  test('comes back as it is, within a message, or as a cause', () => {
    for (const changes of [{ message: OWN }, { message: `rolled back: ${OWN}` }, { causes: ['rolled back', OWN] }])
      expect(examine(CLAUSE, [...rolled(changes), drained(999)])).toMatchObject(fine(1))
  })
  test('is lost', () => {
    expect(examine(CLAUSE, [...rolled({ causes: ['rolled back'] }), drained(999)]).messages).toEqual([
      "the error of writing m1, which the application rolled back, lost the application's own error",
    ])
  })
  test.each([
    ['a fault', [fault(5, 20, 'publish')]],
    ['a fault before, whose connection broke only then', [fault(1, 8, 'publish')]],
    ['a breaker that is forced open', [forces(5, 'isolate')]],
    ['a close', [closes(12), closed(16)]],
  ])('need not come where %s ended the write first', (_name, happened) => {
    expect(examine(CLAUSE, [...happened, ...rolled({}), drained(999)])).toMatchObject({ messages: [] })
  })
  test('comes late on a busy machine, if at all', () => {
    expect(
      examine(CLAUSE, [writes(10, 'm1', { rollsBack: true }), gives(5_000, 'm1', REFUSED), drained(9_999)], {
        site: 'real',
      }),
    ).toMatchObject(fine(1))
  })
})

test('errors of redrives carry what they must, too', () => {
  const redriving = (failure: SeenError) => [
    [{ type: 'redrive-ended', at: 12, node: 'n1', redrive: 'r', topic: 't', error: failure } as const],
  ]
  expect(examine(CLAUSE, redriving(REFUSED))).toMatchObject(fine(1))
  expect(examine(CLAUSE, redriving(error('E'))).messages).toEqual(['the error of redriving t has an undeclared code'])
  const well = { type: 'redrive-ended', at: 12, node: 'n1', redrive: 'r', topic: 't', count: 1 } as const
  expect(examine(CLAUSE, [[well]])).toMatchObject(fine(0))
})

test("the breaker's own code is declared with the breaker", () => {
  expect(examine(CLAUSE, failing(error('BREAKER_OPEN')))).toMatchObject(fine(1))
})

test('where nothing fails there is no occasion, and attempts are not what a caller sees', () => {
  const again = [publishes(10, 'm1'), tries(10, 12, 'm1', 1, error('ECONNRESET')), tries(20, 22, 'm1', 2, 'ok')]
  expect(examine(CLAUSE, [...again, acknowledges(22, 'm1')])).toMatchObject(fine(0))
})

describe('an error is a violation that', () => {
  test.each([
    ['has no code', { code: null }, 'has no code'],
    ['has a code of the library underneath', { code: 'ECONNREFUSED' }, 'has an undeclared code'],
    ['does not tell its effect', { effect: null }, 'does not tell its effect'],
    ['does not tell whether to retry', { retryable: null }, 'does not tell whether to retry'],
    ['has an empty message', { message: ' ' }, 'says nothing'],
  ])('%s', (_name, changes, but) => {
    expect(examine(CLAUSE, failing(error('TIMEOUT', changes))).messages).toEqual([`the error of publishing m1 ${but}`])
  })
})

describe('the causes of the last attempt', () => {
  const CAUSED = error('REFUSED', { causes: ['connect ECONNREFUSED'] })
  const tried1 = [publishes(10, 'm1'), tries(10, 12, 'm1', 1, CAUSED)]
  test.each([
    ['come along', CAUSED],
    ['come along below another', error('REFUSED', { causes: ['no broker', 'connect ECONNREFUSED'] })],
    ['stand in the message', error('REFUSED', { message: 'no broker: connect ECONNREFUSED' })],
    [
      'come along with what ended the publish',
      error('CLOSED', { causes: ['it failed with REFUSED', 'connect ECONNREFUSED'] }),
    ],
  ])('%s', (_name, failure) => {
    expect(examine(CLAUSE, [...tried1, fails(12, 'm1', failure)])).toMatchObject(fine(1))
  })
  test.each(['CLOSED', 'TIMEOUT', 'BREAKER_OPEN'])('are lost, and so is it, behind %s', (code) => {
    expect(examine(CLAUSE, [...tried1, fails(50, 'm1', error(code))]).messages).toEqual([
      'the error of publishing m1 lost a cause on its way to the caller',
    ])
  })
  test('are not owed to a caller that aborted, nor by an attempt that was given up', () => {
    expect(examine(CLAUSE, [...tried1, aborts(20, 'm1'), fails(20, 'm1', error('CLOSED'))])).toMatchObject(fine(1))
    const given = [publishes(10, 'm1'), begins(10, 'm1'), ends(30, 'm1', 1, 'cancelled')]
    expect(examine(CLAUSE, [...given, fails(30, 'm1', error('CLOSED'))])).toMatchObject(fine(1))
  })
  test('are lost', () => {
    expect(examine(CLAUSE, [...tried1, fails(12, 'm1', error('REFUSED'))]).messages).toEqual([
      'the error of publishing m1 lost a cause on its way to the caller',
    ])
  })
})
