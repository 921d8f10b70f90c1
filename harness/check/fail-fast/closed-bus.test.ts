import { describe, expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  acknowledges,
  begins,
  closed,
  closes,
  drained,
  error,
  fails,
  fault,
  kills,
  phase,
  publishes,
  REFUSED,
  tried,
  tries,
} from '../testing/story.case.ts'

const CLAUSE = 'fail-fast/7'
const CLOSED = error('CLOSED', { effect: 'none', retryable: false })
const BROKEN = [fault(5, 50, 'publish'), publishes(10, 'm1'), tries(10, 12, 'm1'), fails(12, 'm1', REFUSED)]
const PROBED = [phase(60, 'heal'), publishes(61, 'probe-1')]
const refusedClosed = [tried(90, 'publish-closed', CLOSED), tried(90, 'subscribe-closed', CLOSED)]

test('a bus that was cut off at first publishes later, and refuses once it was closed', () => {
  const happened = [...BROKEN, ...PROBED, acknowledges(63, 'probe-1'), drained(80), ...refusedClosed]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('a bus whose first publish works is no occasion', () => {
  const works = [publishes(10, 'm1'), tries(10, 12, 'm1', 1, 'ok'), acknowledges(12, 'm1')]
  expect(examine(CLAUSE, [...works, drained(80), ...refusedClosed])).toMatchObject(fine(0))
})

test('a bus that closes takes what it is asked, or refuses it, but settles it', () => {
  const closing = ['publish-closing', 'subscribe-closing', 'write-closing'] as const
  for (const what of closing) {
    expect(
      examine(
        CLAUSE,
        [...tried(70, what, 'taken'), ...tried(71, what, error('CLOSED')), ...drained(80)].map((event) => [event]),
      ),
    ).toMatchObject(fine(0))
  }
})

describe('a closed bus', () => {
  test.each([
    ['takes a publish', tried(90, 'publish-closed', 'taken'), 'a publish on n1, which was closed, was accepted'],
    [
      'takes a consumer',
      tried(90, 'subscribe-closed', 'taken'),
      'a subscription on n1, which was closed, was accepted',
    ],
    [
      'hangs',
      tried(70, 'publish-closed', 'taken', { until: null }),
      'a publish on n1, which was closed, was not refused at once',
    ],
    [
      'refuses late',
      tried(70, 'publish-closed', CLOSED, { until: 75 }),
      'a publish on n1, which was closed, was not refused at once',
    ],
    [
      'sends it',
      [...tried(70, 'publish-closed', CLOSED), ...begins(70, 'trial-publish-closed-n1')],
      'a publish on n1, which was closed, was sent',
    ],
    [
      'leaves it open whether it was done',
      tried(90, 'publish-closed', error('CLOSED')),
      'a publish on n1, which was closed, was refused with an error that does not say that it was not done',
    ],
    ['stores a row', tried(90, 'write-closed', 'taken'), 'a write on n1, which was closed, was accepted'],
    [
      'invites its caller to try again',
      tried(90, 'subscribe-closed', error('CLOSED', { effect: 'none', retryable: true })),
      'a subscription on n1, which was closed, was refused with an error that does not say that a retry is useless',
    ],
  ])('%s', (_name, happened, message) => {
    expect(examine(CLAUSE, [happened, drained(80)]).messages).toEqual([message])
  })
})

describe('a first connection that failed', () => {
  const LOST = 'the first connection of n1 failed, and nothing that it published was ever acknowledged'
  test('is remembered for ever', () => {
    expect(examine(CLAUSE, [...BROKEN, ...PROBED, drained(80)]).messages).toEqual([LOST])
  })
  test.each([
    ['its node was closed before the heal', [closes(55), closed(56)]],
    ['its node was killed', [kills(55)]],
  ])('says nothing where %s', (_name, cause) => {
    expect(examine(CLAUSE, [...BROKEN, ...PROBED, ...cause, drained(80)]).messages).toEqual([])
  })
  test('says nothing where nothing was published after the heal, or the fault touched nothing', () => {
    expect(examine(CLAUSE, [...BROKEN, drained(80)]).messages).toEqual([])
    const untouched = [fault(5, 50, 'publish', false), ...BROKEN.slice(1)]
    expect(examine(CLAUSE, [...untouched, ...PROBED, drained(80)]).messages).toEqual([])
  })
})
