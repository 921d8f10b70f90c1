/** What a publish that was queued is to the other clauses: it has ended only once it is told as settled. */
import { describe, expect, test } from 'vitest'
import type { Event } from './event.ts'
import { ALL_CLAIMS, QUEUE_CLAIMS } from './testing/claims.case.ts'
import { type Examination, examine, fine } from './testing/examine.case.ts'
import {
  breaker,
  closed,
  closes,
  deadLetters,
  drained,
  end,
  error,
  fails,
  fault,
  forces,
  gets,
  type Happening,
  joins,
  kills,
  PERMANENT,
  phase,
  publishes,
  queues,
  REFUSED,
  receives,
  settles,
  stores,
  takes,
  tells,
  tries,
} from './testing/story.case.ts'

const judge = (clause: string, happened: readonly (Happening | Event)[], options: Examination = {}) =>
  examine(clause, [happened.flat()], { claims: QUEUE_CLAIMS, ...options })

const OPENED = breaker(5, 'closed', 'open')
const CLOSED = error('CLOSED', { effect: 'none', retryable: false })
const FULL = error('QUEUE_FULL', { effect: 'none' })
/** Queued at 10 ms, stored and told as acknowledged at `at`. */
const recovers = (at: number, op = 'm1', key?: string) => [
  ...queues(10, op, key === undefined ? {} : { key }),
  ...stores(at, op, key === undefined ? {} : { key }),
  ...settles(at, op),
]

describe('fail-fast', () => {
  test('1: queued is no lie where it is claimed and told later', () => {
    expect(judge('fail-fast/1', [...recovers(200), end(300)])).toMatchObject(fine(0))
    expect(judge('fail-fast/1', [...queues(10, 'm1'), ...settles(200, 'm1', CLOSED), end(300)])).toMatchObject(fine(0))
  })
  test('1: queued and never told of is one', () => {
    const story = [...queues(10, 'm1'), closes(100), closed(110), end(300)]
    expect(judge('fail-fast/1', story).messages).toEqual(['n1 queued m1 and never reported its outcome'])
    expect(judge('fail-fast/1', story, { complete: false })).toMatchObject(fine(0))
    expect(judge('fail-fast/1', [...queues(10, 'm1'), kills(20), end(300)])).toMatchObject(fine(0))
  })
  test('1: told as acknowledged it must be stored by then', () => {
    const late = [...queues(10, 'm1'), ...settles(100, 'm1'), ...stores(105, 'm1'), end(300)]
    expect(judge('fail-fast/1', late).messages).toEqual([
      'the publish of m1 was acknowledged, but the broker stored it only at 105 ms (swallowed error)',
    ])
    expect(judge('fail-fast/1', [...queues(10, 'm1'), ...settles(100, 'm1'), end(300)]).messages).toEqual([
      'the publish of m1 was acknowledged, but the broker never stored it (swallowed error)',
    ])
  })
  test('2: it may wait for longer than a publish may take, but not for longer than a recovery', () => {
    expect(judge('fail-fast/2', [...recovers(1_011), end(2_000)])).toMatchObject(fine(0))
    expect(judge('fail-fast/2', [...recovers(1_020), end(2_000)]).messages).toEqual([
      'm1 stayed queued for too long (late error)',
    ])
  })
  test('2: nor does it count while a fault lasts, or the breaker is forced open', () => {
    expect(judge('fail-fast/2', [...fault(0, 500, 'publish'), ...recovers(1_480), end(2_000)])).toMatchObject(fine(1))
    expect(judge('fail-fast/2', [...fault(0, 100, 'publish'), ...recovers(1_480), end(2_000)]).messages).toHaveLength(1)
    const forced = [...forces(2, 'isolate'), ...forces(1_000, 'reset')]
    expect(judge('fail-fast/2', [...forced, ...recovers(1_480), end(2_000)])).toMatchObject(fine(0))
  })
  test('3: its error is one that a caller gets', () => {
    const odd = [...queues(10, 'm1'), ...settles(50, 'm1', error('ODD'))]
    expect(judge('fail-fast/3', odd).messages).toEqual([
      'the error of m1, which had been queued, has an undeclared code',
    ])
    expect(judge('fail-fast/3', [publishes(10, 'm1'), fails(10, 'm1', FULL)])).toMatchObject(fine(1))
  })
  test('4: and is searched for secrets', () => {
    const told = [...queues(10, 'm1'), ...settles(50, 'm1', error('CLOSED', { message: 'no [secret:token]' }))]
    expect(judge('fail-fast/4', told).messages).toHaveLength(1)
  })
})

describe('delivery and ordering', () => {
  const acknowledged = [...joins(0, 'c1'), ...recovers(100)]
  test('delivery/1: what was queued and acknowledged may not be lost', () => {
    expect(judge('delivery/1', [...acknowledged, ...gets(110, 'c1', 'm1'), ...drained(200)])).toMatchObject(fine(1))
    expect(judge('delivery/1', [...acknowledged, ...drained(200)]).messages).toHaveLength(1)
    expect(judge('delivery/1', [...joins(0, 'c1'), ...queues(10, 'm1'), ...drained(200)])).toMatchObject(fine(0))
  })
  test('delivery/2: what was told as certainly failed is not delivered', () => {
    const failed = [...queues(10, 'm1'), ...settles(50, 'm1', CLOSED), ...gets(60, 'c1', 'm1'), end(100)]
    expect(judge('delivery/2', failed).messages).toHaveLength(1)
    expect(judge('delivery/2', failed, { complete: false }).messages).toHaveLength(1)
    const unknown = [...queues(10, 'm1'), ...settles(50, 'm1', error('CLOSED')), ...gets(60, 'c1', 'm1'), end(100)]
    expect(judge('delivery/2', unknown)).toMatchObject(fine(1))
  })
  test('delivery/13: it counts as acknowledged in calm, when it is', () => {
    const queued = [...forces(2, 'isolate'), ...forces(15, 'reset'), ...recovers(20)]
    expect(judge('delivery/13', [...queued, ...drained(100)])).toMatchObject(fine(0))
    expect(judge('delivery/13', [...recovers(20), ...drained(100)])).toMatchObject(fine(1))
    const failed = [...queues(10, 'm1'), ...settles(20, 'm1', error('TIMEOUT')), ...drained(100)]
    expect(judge('delivery/13', failed).messages).toHaveLength(1)
    const full = [...publishes(10, 'm1'), ...fails(10, 'm1', FULL), ...drained(100)]
    expect(judge('delivery/13', full)).toMatchObject(fine(1))
  })
  test('delivery/13: a probe that was queued shows the recovery when it is told', () => {
    const probe = (at: number) => [
      ...fault(10, 20, 'publish'),
      ...phase(100, 'heal'),
      ...queues(110, 'probe-n1-t-0'),
      ...settles(at, 'probe-n1-t-0'),
      ...phase(2_000, 'drain'),
      ...phase(2_100, 'close'),
      ...end(2_200),
    ]
    expect(judge('delivery/13', probe(500))).toMatchObject(fine(1))
    expect(judge('delivery/13', probe(1_500)).messages).toHaveLength(1)
  })
  test('ordering/1: first in, first out for one key', () => {
    const both = [
      ...joins(0, 'c1'),
      ...queues(10, 'm1', { key: 'k' }),
      ...queues(20, 'm2', { key: 'k' }),
      ...settles(100, 'm1'),
      ...settles(110, 'm2'),
    ]
    const got = (one: string, other: string) => [
      ...gets(120, 'c1', one, { key: 'k' }),
      ...gets(130, 'c1', other, { key: 'k' }),
    ]
    expect(judge('ordering/1', [...both, ...got('m1', 'm2'), end(200)])).toMatchObject(fine(1))
    expect(judge('ordering/1', [...both, ...got('m2', 'm1'), end(200)]).messages).toHaveLength(1)
  })
  test('ordering/3: it precedes only what is published after it was told', () => {
    const story = (settled: number) => [
      ...joins(0, 'c1'),
      ...queues(10, 'm1', { key: 'k' }),
      ...stores(settled, 'm1', { key: 'k' }),
      ...settles(settled, 'm1'),
      ...takes(100, 'm2', { key: 'k', producer: 'p2' }),
      ...gets(210, 'c1', 'm2', { key: 'k' }),
      ...gets(220, 'c1', 'm1', { key: 'k' }),
      ...end(300),
    ]
    expect(judge('ordering/3', story(150)).messages).toEqual([])
    expect(judge('ordering/3', story(90)).messages).toHaveLength(1)
  })
  test('ordering/6: the place that it is told with is looked at', () => {
    const elsewhere = [...queues(10, 'm1'), ...stores(90, 'm1', { offset: 5 }), ...settles(100, 'm1'), end(200)]
    expect(judge('ordering/6', elsewhere).messages).toHaveLength(1)
    expect(judge('ordering/6', [...recovers(100), end(200)])).toMatchObject(fine(2))
  })
  test('delivery/3: it may be stored twice where a fault was near before it was told', () => {
    const twice = (at: number) => [
      ...joins(0, 'c1'),
      ...fault(at, at + 20, 'publish'),
      ...recovers(1_000),
      ...gets(1_100, 'c1', 'm1', { offset: 1 }),
      ...gets(1_200, 'c1', 'm1', { offset: 2 }),
      ...end(2_000),
    ]
    expect(judge('delivery/3', twice(500), { witness: 'none' }).messages).toEqual([])
    expect(judge('delivery/3', twice(1_050), { witness: 'none' }).messages).toHaveLength(1)
  })
})

describe('breaker and retry', () => {
  test('breaker/2: to be queued, or refused because the queue is full, is no delay', () => {
    const story = [OPENED, ...queues(10, 'm1', { takes: 0 }), ...publishes(20, 'm2'), ...fails(20, 'm2', FULL)]
    expect(judge('breaker/2', story)).toMatchObject(fine(2))
  })
  test('breaker/9: it waits until it is let through', () => {
    const waited = [
      ...queues(1, 'm1'),
      ...tries(2, 3, 'm0'),
      ...tries(4, 5, 'm1'),
      ...OPENED,
      ...breaker(105, 'open', 'half-open'),
      ...tries(106, 108, 'm1', 2, 'ok'),
    ]
    expect(judge('breaker/9', waited).messages).toEqual([])
    expect(judge('retry/2', waited)).toMatchObject(fine(1))
    const direct = waited.map((event) => (event.type === 'published' ? { ...event, status: 'acknowledged' } : event))
    expect(judge('retry/2', direct as Happening).messages).toHaveLength(1)
  })
  test('retry/2: but no shorter than claimed, and no longer while the breaker is closed', () => {
    const again = (at: number) => [...queues(1, 'm1'), ...tries(4, 5, 'm1'), ...tries(at, at + 1, 'm1', 2, 'ok')]
    expect(judge('retry/2', again(10))).toMatchObject(fine(1))
    expect(judge('retry/2', again(7)).messages).toHaveLength(1)
    expect(judge('retry/2', again(40)).messages).toHaveLength(1)
  })
  test('retry/1, retry/5: it is tried until it is taken', () => {
    const often = [1, 2, 3, 4, 5].flatMap((attempt) => [
      ...receives(600 * attempt + 1, 'm1'),
      ...tries(600 * attempt, 600 * attempt + 10, 'm1', attempt, attempt === 5 ? 'ok' : REFUSED),
    ])
    expect(judge('retry/1', [...queues(1, 'm1'), often, settles(3_010, 'm1'), end(4_000)])).toMatchObject(fine(1))
    expect(judge('retry/5', [...queues(1, 'm1'), often, settles(3_010, 'm1'), end(4_000)])).toMatchObject(fine(1))
  })
  test('retry/1: a queue that is full is a reason to try nothing, and who gives up what is queued, breaker/11 asks', () => {
    expect(judge('retry/1', [...tries(1, 2, 'm9'), publishes(10, 'm1'), fails(10, 'm1', FULL)])).toMatchObject(fine(0))
    const given = [...queues(1, 'm1'), ...tries(4, 5, 'm1'), ...settles(6, 'm1', error('TIMEOUT'))]
    expect(judge('retry/1', given)).toMatchObject(fine(1))
  })
  test('retry/4: a failure of its link is not taken for permanent', () => {
    const story = (failure: typeof PERMANENT) => [
      ...queues(1, 'm1'),
      ...fault(3, 50, 'publish'),
      ...tries(4, 5, 'm1', 1, failure),
      ...settles(6, 'm1', failure),
    ]
    expect(judge('retry/4', story(PERMANENT)).messages).toHaveLength(1)
  })
})

describe('resources', () => {
  test('2: what waits is pending, and settles when its bus closes', () => {
    const closing = (told: Happening) => [...queues(10, 'm1'), ...closes(100), ...told, ...closed(110), ...end(300)]
    expect(judge('resources/2', closing(settles(105, 'm1', CLOSED)))).toMatchObject(fine(1))
    expect(judge('resources/2', closing(settles(200, 'm1', CLOSED))).messages).toHaveLength(1)
    expect(judge('resources/2', closing([])).messages).toHaveLength(1)
  })
  test('3: it is stored, or told as failed', () => {
    const closing = (...told: Happening[]) => [...queues(10, 'm1'), closes(100), ...told, closed(110), end(300)]
    expect(judge('resources/3', closing(settles(105, 'm1', CLOSED)))).toMatchObject(fine(1))
    expect(judge('resources/3', closing(settles(105, 'm1'))).messages).toHaveLength(1)
    expect(judge('resources/3', closing(stores(104, 'm1'), settles(105, 'm1')))).toMatchObject(fine(1))
    // It had failed before.
    expect(judge('resources/3', [settles(50, 'm1', CLOSED), ...closing()])).toMatchObject(fine(0))
  })
  test('6: it is counted when it is told', () => {
    const asked = (at: number) => [
      ...queues(10, 'm1', { bytes: 7 }),
      settles(50, 'm1'),
      tells(at, 'calm', { sent: 1, bytes: 7 }),
    ]
    expect(judge('resources/6', asked(60), { claims: ALL_CLAIMS })).toMatchObject(fine(1))
    expect(judge('resources/6', asked(40), { claims: ALL_CLAIMS })).toMatchObject(fine(0))
  })
  test('7: nor is what is lent judged before', () => {
    const lent = { connections: { total: 1, active: 1, idle: 0, waiting: 0 } }
    const asked = (at: number) => [...queues(10, 'm1'), ...settles(50, 'm1', PERMANENT), ...tells(at, 'calm', lent)]
    expect(judge('resources/7', asked(40), { claims: ALL_CLAIMS })).toMatchObject(fine(0))
    expect(judge('resources/7', asked(500), { claims: ALL_CLAIMS }).messages).toHaveLength(1)
  })
})

test('dead letters know nothing of queues', () => {
  const story = [...joins(0, 'c1'), ...recovers(50), ...gets(60, 'c1', 'm1', { outcome: 'permanent' })]
  expect(judge('dead-letter/1', [...story, ...deadLetters(70, 'm1'), ...drained(200)])).toMatchObject(fine(1))
})
