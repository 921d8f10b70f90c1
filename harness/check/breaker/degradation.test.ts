import { describe, expect, test } from 'vitest'
import { QUEUE_CLAIMS, STORY_CLAIMS } from '../testing/claims.case.ts'
import { type Examination, examine, fine } from '../testing/examine.case.ts'
import {
  aborts,
  acknowledges,
  begins,
  breaker,
  closed,
  closes,
  empties,
  end,
  error,
  fails,
  forces,
  type Happening,
  kills,
  OPEN,
  PERMANENT,
  publishes,
  queues,
  settles,
  stores,
  takes,
  tried,
  tries,
} from '../testing/story.case.ts'

const check = (happened: readonly Happening[], options: Examination = {}) =>
  examine('breaker/11', happened, { claims: QUEUE_CLAIMS, ...options })

/** It opens at 22 ms, may be half-open from 122 ms on, and two may wait. */
const TRIPPED = [tries(10, 12, 'm1'), tries(20, 22, 'm1', 2), breaker(22, 'closed', 'open')]
const HALF_OPEN = breaker(122, 'open', 'half-open')
const FULL = error('QUEUE_FULL', { effect: 'none' })
const CLOSED = error('CLOSED', { effect: 'none', retryable: false })
const refuses = (at: number, op: string, failure = FULL) => [...publishes(at, op), ...fails(at, op, failure)]
/** Sent, stored and told as acknowledged. */
const sends = (at: number, op: string, attempt = 1) => [
  ...tries(at, at + 2, op, attempt, 'ok'),
  ...stores(at + 1, op),
  ...settles(at + 2, op),
]
const QUEUED = [...TRIPPED, queues(30, 'm2'), queues(40, 'm3')]
const RECOVERED = [...QUEUED, HALF_OPEN, sends(122, 'm2'), sends(124, 'm3'), empties(126, 2)]

describe('a queue that works', () => {
  test('takes two, refuses a third, and sends them in order', () => {
    expect(check([...RECOVERED, refuses(50, 'm4'), takes(130, 'm5'), end(200)])).toMatchObject(fine(3))
  })
  test('keeps what fails, and sends it again before the others', () => {
    const again = [HALF_OPEN, tries(122, 124, 'm2'), breaker(124, 'half-open', 'open'), sends(230, 'm2', 2)]
    expect(check([...QUEUED, ...again, sends(232, 'm3'), empties(234, 2), end(300)])).toMatchObject(fine(2))
  })
  test('drops a publish that fails for good, and all of them when it closes', () => {
    const permanent = [...tries(122, 124, 'm2', 1, PERMANENT), ...settles(124, 'm2', PERMANENT)]
    const failing = tries(125, 128, 'm3', 1, error('TIMEOUT'))
    const closing = [failing, closes(130), settles(131, 'm3', CLOSED), empties(131, 0, 2), closed(132)]
    expect(check([...QUEUED, HALF_OPEN, permanent, ...closing, end(200)])).toMatchObject(fine(2))
  })
  test('has room again for each that has left', () => {
    const third = [queues(124, 'm4'), sends(126, 'm3'), sends(128, 'm4'), empties(130, 3)]
    expect(check([...QUEUED, HALF_OPEN, sends(122, 'm2'), ...third, end(200)])).toMatchObject(fine(3))
  })
  test('has never been needed', () => {
    expect(check([takes(10, 'm1'), end(100)])).toMatchObject(fine(0))
    expect(check([...TRIPPED, refuses(30, 'm2', OPEN)], { claims: STORY_CLAIMS })).toMatchObject(fine(0))
  })
  test('went with its process', () => {
    expect(check([...QUEUED, kills(60), end(200)])).toMatchObject(fine(2))
    const left = [...QUEUED, HALF_OPEN, sends(122, 'm2'), settles(125, 'm3')]
    expect(check([...left, kills(125), end(200)])).toMatchObject(fine(2))
  })
})

describe('what is taken', () => {
  test('one more than may wait', () => {
    expect(check([...QUEUED, queues(50, 'm4')]).messages).toEqual(['m4 was queued on n1, whose queue was full'])
  })
  test('one that may only have left when it is told so', () => {
    const early = [HALF_OPEN, begins(122, 'm2'), queues(123, 'm4')]
    expect(check([...QUEUED, ...early, settles(130, 'm2')]).messages).toEqual([
      'm4 was queued on n1, whose queue was full',
    ])
  })
  test('refused though there is room', () => {
    expect(check([...TRIPPED, queues(30, 'm2'), refuses(40, 'm3')]).messages).toEqual([
      'm3 was refused on n1 as if its queue were full',
    ])
    // Another call was under way, and may have taken the last place.
    expect(check([...TRIPPED, queues(30, 'm2'), queues(40, 'm3', { takes: 5 }), refuses(41, 'm4')])).toMatchObject(
      fine(3),
    )
  })
  test('refused by the breaker while it is open, or forced open', () => {
    expect(check([...TRIPPED, refuses(30, 'm2', OPEN)]).messages).toEqual([
      'm2 was not queued on n1, but the breaker was open',
    ])
    const isolated = [...forces(5, 'isolate'), ...breaker(5, 'closed', 'isolated')]
    expect(check([isolated, refuses(30, 'm2', OPEN)]).messages).toEqual([
      'm2 was not queued on n1, but the breaker was forced open',
    ])
  })
  test('refused by a full queue as if it may have happened', () => {
    const doubtful = { ...FULL, effect: 'unknown' } as const
    expect(check([...QUEUED, refuses(50, 'm4', doubtful)]).messages).toEqual([
      'nothing of m4 was sent by n1, but its error says that it may have happened',
    ])
    // Its attempt failed, and the breaker opened and the queue filled up before the next one.
    const tried = [publishes(5, 'm1'), ...QUEUED, fails(50, 'm1', doubtful)]
    expect(check(tried)).toMatchObject(fine(3))
  })
  test('but not where it had been tried before, or the breaker was about to change', () => {
    const retried = [publishes(5, 'm1'), ...TRIPPED, fails(35, 'm1', OPEN)]
    expect(check(retried)).toMatchObject(fine(0))
    const probing = [publishes(121, 'm2'), HALF_OPEN, fails(123, 'm2', OPEN)]
    expect(check([...TRIPPED, ...probing])).toMatchObject(fine(0))
  })
  test('sent past one that still waits', () => {
    const past = [...TRIPPED, queues(30, 'm2'), HALF_OPEN, takes(125, 'm3')]
    expect(check([...past, sends(130, 'm2'), empties(132, 1)]).messages).toEqual([
      'm3 was not queued on n1, but m2 was still queued',
    ])
    // It left meanwhile.
    const meanwhile = [...TRIPPED, queues(30, 'm2'), HALF_OPEN, publishes(125, 'm3')]
    expect(check([...meanwhile, sends(126, 'm2'), empties(128, 1), acknowledges(129, 'm3')])).toMatchObject(fine(1))
  })
  test('an aborted publish, one with bad input, and one on a closing bus are excused', () => {
    const one = [...TRIPPED, queues(30, 'm2')]
    const aborted = error('ABORTED', { effect: 'none' })
    expect(check([...one, publishes(40, 'm3'), aborts(40, 'm3'), fails(40, 'm3', aborted)])).toMatchObject(fine(1))
    expect(check([...one, refuses(40, 'm3', PERMANENT)])).toMatchObject(fine(1))
    expect(check([...one, closes(39), refuses(40, 'm3', OPEN)])).toMatchObject(fine(1))
  })
  test('without a reason: the breaker is closed, and nothing waits', () => {
    const causeless = (happened: readonly Happening[]) =>
      check(happened).messages.filter((message) =>
        message.endsWith('although its breaker was closed and its queue empty'),
      )
    expect(causeless([queues(5, 'm1'), end(200)])).toHaveLength(1)
    // It opens before the caller is told.
    const opening = [tries(10, 12, 'm1'), tries(20, 22, 'm1', 2), queues(21, 'm2', { takes: 2 })]
    expect(causeless([...opening, breaker(22, 'closed', 'open'), end(200)])).toEqual([])
    // Another one waits.
    const closing = [...QUEUED, HALF_OPEN, breaker(123, 'half-open', 'closed')]
    expect(causeless([...closing, queues(124, 'm4'), end(200)])).toEqual([])
  })
})

describe('what leaves', () => {
  test('in another order than it came', () => {
    const reverse = [HALF_OPEN, sends(122, 'm3'), sends(124, 'm2'), empties(126, 2)]
    expect(check([...QUEUED, ...reverse]).messages).toEqual([
      'm3 left the queue on n1 before m2, which had been queued before it',
      'm3 was stored on n1 before m2, which had been queued before it',
    ])
  })
  test('past one that never leaves', () => {
    expect(check([...QUEUED, HALF_OPEN, sends(122, 'm3')]).messages).toEqual([
      'm3 left the queue on n1 before m2, which had been queued before it',
    ])
  })
  test('in order, but sent in another one', () => {
    const crossed = [stores(123, 'm3'), stores(124, 'm2'), settles(125, 'm2'), settles(126, 'm3'), empties(126, 2)]
    expect(check([...QUEUED, HALF_OPEN, ...crossed]).messages).toEqual([
      'm3 was stored on n1 before m2, which had been queued before it',
    ])
    expect(check([...QUEUED, HALF_OPEN, ...crossed], { witness: 'after' })).toMatchObject(fine(2))
  })
  test('given up after a temporary failure, or without an attempt', () => {
    const timeout = error('TIMEOUT')
    const tried = [tries(122, 124, 'm2', 1, timeout), settles(124, 'm2', timeout)]
    expect(check([...QUEUED, HALF_OPEN, ...tried]).messages).toEqual([
      'm2 was dropped from the queue of n1, although it had not failed for good',
    ])
    expect(check([...QUEUED, settles(60, 'm2', OPEN)]).messages).toEqual([
      'm2 was dropped from the queue of n1, although it had not failed for good',
    ])
    // What it is told as does not matter, but what failed.
    const dressed = [tries(122, 124, 'm2', 1, timeout), settles(124, 'm2', PERMANENT)]
    expect(check([...QUEUED, HALF_OPEN, ...dressed]).messages).toHaveLength(1)
  })
})

describe('what is told', () => {
  test('twice of one', () => {
    expect(check([...RECOVERED, settles(127, 'm3')]).messages).toContain(
      'm3 was reported twice as leaving the queue of n1',
    )
  })
  test('of one that was never queued, or never called', () => {
    expect(check([takes(5, 'm9'), settles(8, 'm9'), empties(8, 1)]).messages).toEqual([
      'm9 was reported as leaving the queue of n1, but had never been in it',
    ])
    expect(check([settles(8, 'm9'), empties(8, 1)]).messages).toEqual([
      'm9 was reported as leaving the queue of n1, but had never been in it',
    ])
    // Judged by fail-fast/6 and 7.
    const trial = 'trial-publish-closed-n1'
    expect(check([tried(5, 'publish-closed', 'taken'), settles(8, trial), empties(8, 1)])).toMatchObject(fine(0))
  })
  test('nothing, or too late, of a recovery', () => {
    const silent = RECOVERED.slice(0, -1)
    const message = 'the queue of n1 drained, but n1 never reported how many publishes recovered and how many failed'
    expect(check([...silent, takes(130, 'm5'), end(200)]).messages).toEqual([message])
    expect(check([...silent, end(126)]).messages).toEqual([message])
    expect(check([...silent, end(126)], { complete: false })).toMatchObject(fine(2))
    expect(check([...silent, breaker(135, 'half-open', 'closed'), empties(140, 2)]).messages[0]).toBe(message)
    // A call that is under way may be queued already.
    const called = [...silent.slice(0, -1), publishes(125, 'm6'), sends(124, 'm3'), acknowledges(135, 'm6')]
    expect(check([...called, empties(136, 2), end(200)])).toMatchObject(fine(2))
  })
  test('another number of recovered or failed ones', () => {
    const wrong = (recovered: number, failed: number) =>
      check([...RECOVERED.slice(0, -1), empties(126, recovered, failed), end(200)]).messages
    expect(wrong(2, 0)).toEqual([])
    for (const [recovered, failed] of [
      [1, 0],
      [3, 0],
      [2, 1],
      [0, 2],
    ] as const)
      expect(wrong(recovered, failed)).toEqual([
        `n1 reported ${recovered} recovered and ${failed} failed; of 2 queued publishes 2 recovered (m2, m3) and 0 failed`,
      ])
  })
  test('each recovery begins to count anew', () => {
    const second = [breaker(130, 'half-open', 'open'), queues(140, 'm4'), sends(240, 'm4'), empties(242, 1)]
    expect(check([...RECOVERED, ...second, end(300)])).toMatchObject(fine(3))
  })
  test('that nothing waits, while one does', () => {
    expect(check([...QUEUED, HALF_OPEN, sends(122, 'm2'), empties(124, 1)]).messages).toEqual([
      'n1 reported an empty queue while m3 was still in it',
    ])
  })
})
