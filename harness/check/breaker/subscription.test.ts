import { describe, expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  closes,
  drained,
  end,
  gets,
  type Happening,
  joins,
  leaves,
  passesOver,
  publishes,
  reportsDeadLetter,
  stalls,
  takes,
} from '../testing/story.case.ts'

/** Claimed: it opens at 2 failures in a row, for 200 ms; a message is tried twice, the second time after 5 to 15 ms; 1 ms of slack. */
const judged = (happened: readonly Happening[], options = {}) =>
  examine('breaker/13', [joins(0, 'c1'), ...happened], { claims: ALL_CLAIMS, ...options })

const RETRYABLE = { outcome: 'retryable' } as const
const AGAIN = { ...RETRYABLE, attempt: 2 } as const
const fails = (at: number, op: string, consumer = 'c1') => gets(at, consumer, op, { outcome: 'permanent' })
/** Acknowledged at 1,001 ms. */
const published = (...ops: readonly string[]) => ops.map((op) => takes(1_000, op))
/** Opens at 1,020 ms, until 1,220 ms. */
const OPENS = [gets(1_010, 'c1', 'm1', RETRYABLE), gets(1_020, 'c1', 'm1', AGAIN)]

describe('a breaker that is open', () => {
  test('lets a probe through at its reset time, and closes when that succeeds', () => {
    const happened = [...published('m1', 'm2', 'm3'), ...OPENS, gets(1_220, 'c1', 'm2'), gets(1_221, 'c1', 'm3')]
    expect(judged([...happened, drained(2_000)])).toMatchObject(fine(1))
  })

  test('lets nothing through before', () => {
    expect(judged([...published('m1', 'm2'), ...OPENS, gets(1_100, 'c1', 'm2'), end(2_000)]).messages).toEqual([
      'group g was given m2 while its breaker was open',
    ])
    expect(judged([...published('m1', 'm2'), ...OPENS, gets(1_020, 'c1', 'm2'), end(2_000)]).messages).toHaveLength(1)
  })

  test('opens again for its reset time when the probe fails', () => {
    const reopened = [...published('m1', 'm2', 'm3'), ...OPENS, fails(1_220, 'm2')]
    expect(judged([...reopened, gets(1_420, 'c1', 'm3'), end(2_000)])).toMatchObject(fine(2))
    expect(judged([...reopened, gets(1_300, 'c1', 'm3'), end(2_000)]).messages).toEqual([
      'group g was given m3 while its breaker was open',
    ])
  })

  test('has one probe at a time', () => {
    const happened = [...published('m1', 'm2', 'm3'), ...OPENS, gets(1_220, 'c1', 'm2', { until: 1_300 })]
    expect(judged([...happened, gets(1_250, 'c1', 'm3'), end(2_000)]).messages).toEqual([
      'group g was given m3 while m2 was the probe of its breaker',
    ])
    expect(judged([...happened, gets(1_300, 'c1', 'm3'), end(2_000)])).toMatchObject(fine(1))
  })

  test('counts permanent errors too', () => {
    const happened = [...published('m1', 'm2', 'm3'), fails(1_010, 'm1'), fails(1_012, 'm2')]
    expect(judged([...happened, gets(1_100, 'c1', 'm3'), end(2_000)]).messages).toHaveLength(1)
  })

  test('is one of its group, not of each member', () => {
    const happened = [...published('m1', 'm2', 'm3'), joins(0, 'c2'), fails(1_010, 'm1'), fails(1_012, 'm2', 'c2')]
    expect(judged([...happened, gets(1_100, 'c1', 'm3'), end(2_000)]).messages).toHaveLength(1)
  })

  test('may be news to another member at once, on a real clock', () => {
    const happened = [...published('m1', 'm2'), joins(0, 'c2'), ...OPENS, gets(1_050, 'c2', 'm2'), end(9_000)]
    expect(judged(happened, { site: 'real', slack: 3_000 }).messages).toEqual([])
    expect(judged(happened).messages).toHaveLength(1)
  })

  test('is not judged by what began before', () => {
    const late = gets(1_005, 'c2', 'm3', { until: 1_100 })
    const happened = [...published('m1', 'm2', 'm3'), joins(0, 'c2'), late, ...OPENS]
    expect(judged([...happened, gets(1_150, 'c1', 'm2'), end(2_000)]).messages).toHaveLength(1)
    expect(judged([...happened, gets(1_220, 'c1', 'm2'), end(2_000)])).toMatchObject(fine(1))
  })
})

describe('what waits', () => {
  test('is tried once the reset time is over', () => {
    const waits = [...published('m1'), ...OPENS, takes(1_030, 'm2')]
    expect(judged([...waits, gets(1_222, 'c1', 'm2'), drained(2_000)])).toMatchObject(fine(2))
    expect(judged([...waits, gets(1_300, 'c1', 'm2'), drained(2_000)]).messages).toEqual([
      'group g was not given m2 although the reset time of its breaker was over',
    ])
    expect(judged([...waits, stalls(1_200, 1_290), gets(1_300, 'c1', 'm2'), drained(2_000)]).messages).toEqual([])
  })

  test('is the message that failed, where it is tried again', () => {
    const happened = [...published('m1', 'm2'), fails(1_010, 'm1'), gets(1_012, 'c1', 'm2', RETRYABLE)]
    expect(judged([...happened, end(2_000)]).messages).toEqual([
      'group g was not given m2 although the reset time of its breaker was over',
    ])
    expect(judged([...happened, gets(1_212, 'c1', 'm2', { attempt: 2 }), end(2_000)])).toMatchObject(fine(1))
  })

  test('may wait for a member, and for nothing once the bus closes', () => {
    const happened = [...published('m1'), ...OPENS, takes(1_030, 'm2')]
    expect(judged([...happened, leaves(1_040, 'c1'), drained(2_000)]).messages).toEqual([])
    expect(judged([...happened, closes(1_100), end(2_000)]).messages).toEqual([])
  })

  test('is nothing that has expired', () => {
    const happened = [...published('m1'), ...OPENS, takes(1_030, 'm2', { ttlMs: 100 })]
    expect(judged([...happened, passesOver(1_220, 'm2', 'expired'), drained(2_000)]).messages).toEqual([])
  })

  test('may go to another bus of its group', () => {
    const happened = [...published('m1'), joins(0, 'c2', { node: 'n2' }), ...OPENS, takes(1_030, 'm2')]
    expect(judged([...happened, gets(1_032, 'c2', 'm2', { node: 'n2' }), drained(2_000)]).messages).toEqual([])
  })

  test('is not dropped', () => {
    const happened = [...published('m1'), ...OPENS, takes(1_030, 'm2'), takes(1_100, 'm3')]
    expect(judged([...happened, gets(1_220, 'c1', 'm3'), drained(2_000)]).messages).toEqual([
      'group g never got m2, which came while its breaker was open',
    ])
  })
})

describe('a breaker that is closed', () => {
  test('keeps nothing back: it opens no sooner than claimed', () => {
    const failed = [...published('m1', 'm2'), fails(1_010, 'm1')]
    expect(judged([...failed, gets(1_012, 'c1', 'm2'), end(2_000)])).toMatchObject(fine(1))
    expect(judged([...failed, gets(1_210, 'c1', 'm2'), end(2_000)]).messages).toEqual([
      'group g was kept from m2 for 200 ms although its breaker was closed: 1 failure in a row',
    ])
  })

  test('counts from zero after a success', () => {
    const happened = [
      ...published('m1', 'm2', 'm3', 'm4'),
      fails(1_010, 'm1'),
      gets(1_011, 'c1', 'm2'),
      fails(1_012, 'm3'),
    ]
    expect(judged([...happened, gets(1_013, 'c1', 'm4'), end(2_000)])).toMatchObject(fine(2))
    expect(judged([...happened, gets(1_212, 'c1', 'm4'), end(2_000)]).messages).toHaveLength(1)
  })

  test('keeps nothing back once a probe has closed it', () => {
    const happened = [...published('m1', 'm2', 'm3'), ...OPENS, gets(1_220, 'c1', 'm2')]
    expect(judged([...happened, gets(1_420, 'c1', 'm3'), end(2_000)]).messages).toEqual([
      'group g was kept from m3 for 200 ms although its breaker was closed: its probe had succeeded',
    ])
  })

  test('is not what a message waits for that came later, or while others were in hand', () => {
    const failed = [...published('m1'), fails(1_010, 'm1')]
    expect(judged([...failed, takes(1_200, 'm2'), gets(1_210, 'c1', 'm2'), end(2_000)]).messages).toEqual([])
    expect(judged([...failed, takes(1_050, 'm2'), gets(1_210, 'c1', 'm2'), end(2_000)]).messages).toHaveLength(1)
    const busy = [...published('m1', 'm2', 'm3'), joins(0, 'c2'), gets(1_005, 'c2', 'm3', { until: 1_200 })]
    expect(judged([...busy, fails(1_010, 'm1'), gets(1_210, 'c1', 'm2'), end(2_000)]).messages).toEqual([])
  })
})

test('of a bus in which nothing fails there is nothing to say', () => {
  expect(
    judged([...published('m1'), gets(1_002, 'c1', 'm1'), publishes(1_010, 'm2'), reportsDeadLetter(1_020, 'm1')]),
  ).toMatchObject(fine(0))
})
