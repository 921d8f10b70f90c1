import { describe, expect, test } from 'vitest'
import { type Examined, examine, fine } from '../testing/examine.case.ts'
import {
  aborts,
  acknowledges,
  closed,
  closes,
  error,
  exits,
  fails,
  fault,
  type Happening,
  publishes,
  queues,
  receives,
  refused,
  settles,
  stalls,
  tries,
} from '../testing/story.case.ts'

const CLAUSE = 'fail-fast/10'
const DENIED = error('REFUSED', { retryable: false })
const PASSING = error('REFUSED')
const AGAIN = ['m1 was sent again, although the system had refused it for good']
const UNSAID = ['the error of m1, which the system refused for good, does not say that a retry is useless']

const look = (...happened: readonly Happening[]): Examined => examine(CLAUSE, refused(happened))
const onRealClocks = (...happened: readonly Happening[]): Examined =>
  examine(CLAUSE, refused(happened), { site: 'real' })
const sent = [publishes(500, 'm1'), receives(501, 'm1')]

test('sent once, and the error says that a retry is useless', () => {
  expect(look(...sent, fails(502, 'm1', DENIED))).toMatchObject(fine(1))
})

test('any other topic may fail as it likes', () => {
  expect(examine(CLAUSE, [...sent, receives(503, 'm1'), fails(504, 'm1', PASSING)])).toMatchObject(fine(0))
})

test('what reaches the system again', () => {
  const { messages, violations } = look(...sent, receives(520, 'm1'), receives(560, 'm1'), fails(561, 'm1', DENIED))
  expect(messages).toEqual(AGAIN)
  expect(violations[0]).toMatchObject({
    actual: '3 requests for refused, of which the system refuses every message',
    ops: ['m1'],
    at: 561,
  })
})

test('an error that invites to a retry, or does not say', () => {
  expect(look(...sent, fails(502, 'm1', PASSING)).messages).toEqual(UNSAID)
  expect(look(...sent, fails(502, 'm1', error('REFUSED', { retryable: null }))).messages).toEqual(UNSAID)
})

test('where no request is counted, its attempts are', () => {
  const once = [publishes(500, 'm1'), tries(500, 501, 'm1', 1, DENIED)]
  expect(look(...once, fails(502, 'm1', DENIED))).toMatchObject(fine(1))
  expect(look(...once, tries(520, 521, 'm1', 2, DENIED), fails(522, 'm1', DENIED)).messages).toEqual(AGAIN)
})

test('where not even attempts are told, only the error speaks, unless a breaker or a queue gave it', () => {
  expect(look(publishes(500, 'm1'), fails(501, 'm1', DENIED))).toMatchObject(fine(1))
  expect(look(publishes(500, 'm1'), fails(501, 'm1', PASSING)).messages).toEqual(UNSAID)
  expect(look(publishes(500, 'm1'), fails(501, 'm1', error('BREAKER_OPEN')))).toMatchObject(fine(0))
})

test('what is acknowledged all the same', () => {
  const { messages, occasions } = look(...sent, acknowledges(502, 'm1'))
  expect([messages, occasions]).toEqual([
    ['m1 was acknowledged, although the system refuses every message of refused'],
    1,
  ])
})

describe('it says nothing', () => {
  test.each([
    ['when a fault may have kept the answer', [fault(450, 505, 'publish'), ...sent, receives(520, 'm1')]],
    [
      'when a link refused connections, which a real one counts nowhere',
      [fault(450, 505, 'publish', false), ...sent, receives(520, 'm1')],
    ],
    ['when the machine stood still', [...sent, stalls(503, 560), receives(570, 'm1')]],
    ['when the process ended', [...sent, receives(520, 'm1'), exits(900)]],
  ])('%s', (_name, happened) => {
    expect(look(...happened, fails(600, 'm1', PASSING))).toMatchObject(fine(0))
  })
  test('of a publish that never reached the system, or never settled', () => {
    expect(look(...sent, publishes(510, 'm2'), fails(511, 'm2', error('BREAKER_OPEN')))).toMatchObject(fine(0))
  })
  test('when a busy machine lets an attempt run into its time-out, on real clocks alone', () => {
    const late = [publishes(500, 'm1'), tries(500, 600, 'm1', 1, error('TIMEOUT')), receives(599, 'm1')]
    const again = [...late, tries(620, 622, 'm1', 2, DENIED), receives(621, 'm1'), fails(622, 'm1', DENIED)]
    expect(onRealClocks(...again)).toMatchObject(fine(0))
    expect(look(...again).messages).toEqual(AGAIN)
    expect(onRealClocks(publishes(500, 'm1'), fails(700, 'm1', error('TIMEOUT')))).toMatchObject(fine(0))
    const shared = [
      publishes(490, 'm8'),
      tries(490, 600, 'm8', 1, error('TIMEOUT')),
      fails(600, 'm8', error('TIMEOUT')),
    ]
    const cut = [...sent, tries(500, 600, 'm1'), tries(620, 622, 'm1', 2, DENIED), receives(621, 'm1')]
    expect(onRealClocks(...shared, ...cut, fails(622, 'm1', DENIED))).toMatchObject(fine(0))
  })
})

describe('another error is owed', () => {
  test.each([
    ['to a caller that aborted', [...sent, aborts(501.5, 'm1'), fails(502, 'm1', PASSING)]],
    ['when the bus closed meanwhile', [...sent, closes(501.5), fails(502, 'm1', PASSING), closed(503)]],
    ['after it had been queued', [queues(500, 'm1'), receives(510, 'm1'), settles(511, 'm1', PASSING)]],
  ])('%s', (_name, happened) => {
    expect(look(...happened)).toMatchObject(fine(1))
  })
})
