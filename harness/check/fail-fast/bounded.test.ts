import { describe, expect, test } from 'vitest'
import type { FaultKind, OutageKind } from '../../faults.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  aborts,
  acknowledges,
  asksToJoin,
  asksToLeave,
  begins,
  end,
  ends,
  error,
  exits,
  fails,
  fault,
  faultOf,
  gets,
  joins,
  keeps,
  leaves,
  publishes,
  receives,
  stalls,
  stores,
  takes,
  tried,
  tries,
  writes,
} from '../testing/story.case.ts'

const CLAUSE = 'fail-fast/2'
const ABORTED = error('ABORTED', { retryable: false })

describe('a publish', () => {
  test('settles in time, whatever its outcome', () => {
    const happened = [fault(0, 50, 'publish'), takes(10, 'm1'), publishes(20, 'm2'), fails(1_020, 'm2'), end(2_000)]
    expect(examine(CLAUSE, happened)).toMatchObject(fine(2))
  })
  test('settles too late', () => {
    const happened = [publishes(10, 'm1'), fails(1_012, 'm1'), end(2_000)]
    expect(examine(CLAUSE, happened).messages).toEqual(['the publish of m1 settled too late (late error)'])
    expect(examine(CLAUSE, happened, { slack: 500 })).toMatchObject(fine(0))
  })
  test('never settles', () => {
    expect(examine(CLAUSE, [publishes(10, 'm1'), end(2_000)]).messages).toEqual([
      'the publish of m1 never settled (late error)',
    ])
  })
  test('may be pending when the run ends before its bound, its process does, or its history was cut', () => {
    expect(examine(CLAUSE, [publishes(10, 'm1'), end(500)])).toMatchObject(fine(0))
    expect(examine(CLAUSE, [publishes(10, 'm1'), exits(20), end(2_000)])).toMatchObject(fine(0))
    expect(examine(CLAUSE, [publishes(10, 'm1'), takes(2_000, 'm2')], { complete: false })).toMatchObject(fine(0))
  })
  test('of a row and its event is bounded too', () => {
    expect(examine(CLAUSE, [writes(10, 'm1'), keeps(1_000, 'm1'), end(2_000)])).toMatchObject(fine(0))
    expect(examine(CLAUSE, [writes(10, 'm1'), keeps(1_012, 'm1'), end(2_000)]).messages).toEqual([
      'the write of m1 settled too late (late error)',
    ])
    expect(examine(CLAUSE, [writes(10, 'm1'), end(2_000)]).messages).toEqual([
      'the write of m1 never settled (late error)',
    ])
  })
  test('without an abort or a fault is no occasion', () => {
    expect(examine(CLAUSE, [takes(10, 'm1'), end(2_000)])).toMatchObject(fine(0))
  })
})

describe('an attempt', () => {
  const LATE = ['attempt 1 of m1 took longer than one attempt may (late error)']
  const failing = (until: number) => [publishes(10, 'm1'), tries(10, until, 'm1'), fails(500, 'm1'), end(2_000)]

  test('ends within its time-out, however much time its publish has', () => {
    expect(examine(CLAUSE, failing(111))).toMatchObject(fine(0))
    expect(examine(CLAUSE, failing(112)).messages).toEqual(LATE)
    expect(examine(CLAUSE, [publishes(10, 'm1'), tries(10, 112, 'm1', 1, 'ok'), end(2_000)]).messages).toContain(
      LATE[0],
    )
    expect(examine(CLAUSE, failing(400), { slack: 500 })).toMatchObject(fine(0))
  })

  test('that was given up ends with what gave it up, and one in a stall may be late', () => {
    const cancelled = [
      publishes(10, 'm1'),
      begins(10, 'm1'),
      ends(200, 'm1', 1, 'cancelled'),
      fails(200, 'm1'),
      end(2_000),
    ]
    expect(examine(CLAUSE, cancelled)).toMatchObject(fine(0))
    expect(examine(CLAUSE, [...failing(300), stalls(50, 290)])).toMatchObject(fine(0))
  })
})

describe('an abort', () => {
  test('is honoured at once', () => {
    expect(
      examine(CLAUSE, [publishes(10, 'm1'), begins(10, 'm1'), aborts(30, 'm1'), fails(30, 'm1', ABORTED), end(99)]),
    ).toMatchObject(fine(1))
  })
  test('is honoured too late', () => {
    const { messages } = examine(CLAUSE, [publishes(10, 'm1'), aborts(30, 'm1'), fails(80, 'm1', ABORTED), end(99)])
    expect(messages).toEqual(['m1 was aborted, but its publish continued for 50 ms'])
  })
  test('lets no attempt begin', () => {
    const { messages } = examine(CLAUSE, [
      publishes(10, 'm1'),
      aborts(30, 'm1'),
      fails(30, 'm1', ABORTED),
      begins(40, 'm1', 2),
      end(99),
    ])
    expect(messages).toEqual(['attempt 2 of m1 began after the publish was aborted'])
  })
  const sentAt = (at: number) => [
    publishes(10, 'm1'),
    aborts(30, 'm1'),
    fails(30, 'm1', ABORTED),
    receives(at, 'm1'),
    end(2_000),
  ]
  test('lets no request follow that no attempt before it can have sent', () => {
    expect(examine(CLAUSE, sentAt(131))).toMatchObject(fine(1))
    expect(examine(CLAUSE, sentAt(132)).messages).toEqual(['m1 was still sent after its publish was aborted'])
    expect(examine(CLAUSE, sentAt(500), { slack: 500 })).toMatchObject(fine(1))
    const elsewhere = { type: 'received', at: 500, op: 'm1', topic: 'dead letters of it' } as const
    expect(examine(CLAUSE, [...sentAt(50), [elsewhere]])).toMatchObject(fine(1))
  })
  test('knows what a fault lost from what it kept back', () => {
    const sentIn = (kind: FaultKind | OutageKind) => [faultOf(kind)(0, 400, 'publish'), ...sentAt(500)]
    for (const kind of ['refuse', 'reset', 'cut', 'black-hole', 'restart'] as const)
      expect(examine(CLAUSE, sentIn(kind)).messages).toEqual(['m1 was still sent after its publish was aborted'])
    for (const kind of ['latency', 'slice', 'bandwidth', 'pause', 'isolate', 'move-leader'] as const)
      expect(examine(CLAUSE, sentIn(kind))).toMatchObject(fine(1))
    expect(examine(CLAUSE, [stalls(20, 490), ...sentAt(500)])).toMatchObject(fine(1))
  })
  test('of a publish that had settled is nothing', () => {
    expect(examine(CLAUSE, [publishes(10, 'm1'), acknowledges(20, 'm1'), aborts(30, 'm1'), end(99)])).toMatchObject(
      fine(1),
    )
  })
})

describe('a publish that is aborted before the call', () => {
  const TRIAL = 'trial-publish-aborted-n1'
  const SENT = ['a publish on n1, aborted before the call, was sent']
  const refused = tried(10, 'publish-aborted', ABORTED)

  test('is refused, or taken by a bus that attempts nothing', () => {
    expect(examine(CLAUSE, [refused, end(99)])).toMatchObject(fine(1))
    expect(examine(CLAUSE, [tried(10, 'publish-aborted', 'taken'), stores(10, TRIAL), end(99)])).toMatchObject(fine(1))
  })
  test('is no occasion where no network is crossed', () => {
    const lacks = { network: 'one process' }
    expect(examine(CLAUSE, [refused, end(99)], { lacks })).toMatchObject(fine(0))
    expect(examine(CLAUSE, [refused, begins(10, TRIAL), end(99)], { lacks }).messages).toEqual(SENT)
  })
  test('begins no attempt, and sends no request', () => {
    expect(examine(CLAUSE, [refused, begins(10, TRIAL), end(99)]).messages).toEqual(SENT)
    expect(examine(CLAUSE, [refused, receives(11, TRIAL), stores(11, TRIAL), end(99)]).messages).toEqual(SENT)
  })
})

describe('a consumer', () => {
  test('may wait for the network to join, but not for ever', () => {
    expect(examine(CLAUSE, [fault(0, 800, 'consume'), joins(10, 'c1', { takes: 900 }), end(2_000)]).messages).toEqual(
      [],
    )
    expect(examine(CLAUSE, [asksToJoin(10, 'c1'), end(2_000)]).messages).toEqual([
      'the subscription of c1 to group g never settled',
    ])
    expect(examine(CLAUSE, [fault(0, 3_000, 'consume'), asksToJoin(10, 'c1'), end(2_000)]).messages).toEqual([])
    expect(examine(CLAUSE, [asksToJoin(10, 'c1'), end(2_000)], { complete: false }).messages).toEqual([])
  })
  test("leaves in time, its handlers' own time not counted", () => {
    const slow = [
      joins(0, 'c1'),
      takes(10, 'm1'),
      gets(20, 'c1', 'm1', { until: 900 }),
      leaves(50, 'c1', 1_000),
      end(2_000),
    ]
    expect(examine(CLAUSE, slow).messages).toEqual([])
  })
  test('leaves too late, or never', () => {
    expect(examine(CLAUSE, [joins(0, 'c1'), leaves(50, 'c1', 600), end(2_000)]).messages).toEqual([
      'c1 took too long to leave group g',
    ])
    expect(examine(CLAUSE, [joins(0, 'c1'), asksToLeave(50, 'c1'), end(2_000)]).messages).toHaveLength(1)
  })
})
