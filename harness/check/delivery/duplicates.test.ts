import { describe, expect, test } from 'vitest'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  commits,
  exits,
  fault,
  gets,
  holds,
  joins,
  kills,
  stalls,
  stands,
  stores,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'delivery/3'
const ELSEWHERE = { topic: 't', partition: 1, offset: 0 }
const HANDLED = [joins(0, 'c1'), takes(1_000, 'm1'), gets(1_010, 'c1', 'm1')]
const DONE = [...HANDLED, commits(1_012, 2)]
const AGAIN = gets(1_020, 'c1', 'm1')
const TWICE = ['m1 was delivered to c1, but group g had handled it and committed before (duplicate delivery)']

test('handled, committed, and never seen again', () => {
  expect(examine(CLAUSE, DONE)).toMatchObject(fine(1))
})

test('given to its handler again in calm', () => {
  const { messages, violations } = examine(CLAUSE, [...DONE, AGAIN])
  expect(messages).toEqual(TWICE)
  expect(violations[0]).toMatchObject({ op: 'm1', group: 'g', node: 'n1', at: 1_020 })
  expect(examine(CLAUSE, [...HANDLED, stands(1_012, 2), AGAIN]).messages).toEqual(TWICE)
  expect(examine(CLAUSE, [...DONE, gets(1_020, 'c1', 'm1', { attempt: 2 })]).messages).toEqual(TWICE)
})

test('a retry is no duplicate', () => {
  const retried = [joins(0, 'c1'), takes(1_000, 'm1'), gets(1_010, 'c1', 'm1', { outcome: 'retryable' }), AGAIN]
  expect(examine(CLAUSE, [...retried, commits(1_021, 2)])).toMatchObject(fine(1))
})

describe('what was handled well and not committed', () => {
  const UNCOMMITTED = ['m1 was delivered to c1, but group g had handled it before (duplicate delivery)']
  test('comes again in calm without a reason', () => {
    expect(examine(CLAUSE, [...HANDLED, commits(1_012, 1), AGAIN]).messages).toEqual(UNCOMMITTED)
    expect(examine(CLAUSE, [...HANDLED, AGAIN, gets(1_025, 'c1', 'm1'), commits(1_030, 2)]).messages).toEqual(
      UNCOMMITTED,
    )
  })
  test('may come again behind a message of its partition that failed since', () => {
    const failed = [takes(1_011, 'm2'), gets(1_014, 'c1', 'm2', { outcome: 'retryable' })]
    expect(examine(CLAUSE, [...HANDLED, commits(1_012, 1), ...failed, AGAIN])).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...DONE, ...failed, AGAIN]).messages).toEqual(TWICE)
    const before = [takes(990, 'm2'), gets(995, 'c1', 'm2', { outcome: 'retryable' })]
    expect(examine(CLAUSE, [...HANDLED, commits(1_012, 1), ...before, AGAIN]).messages).toEqual(UNCOMMITTED)
  })
})

test('given to its handler again while that is still at work', () => {
  const slow = [joins(0, 'c1'), takes(1_000, 'm1'), gets(1_010, 'c1', 'm1', { until: 1_050 })]
  expect(examine(CLAUSE, [...slow, AGAIN]).messages).toEqual([
    'm1 was delivered to c1, but group g was still handling it before (duplicate delivery)',
  ])
})

describe('a reason', () => {
  const LATER = gets(3_000, 'c1', 'm1')
  test('lies shortly before the redelivery, not anywhere since the message first came', () => {
    expect(examine(CLAUSE, [...DONE, fault(1_500, 1_600, 'consume'), LATER]).messages).toEqual(TWICE)
    expect(examine(CLAUSE, [...DONE, joins(1_500, 'c2'), LATER]).messages).toEqual(TWICE)
    expect(examine(CLAUSE, [...DONE, fault(2_600, 2_800, 'consume'), LATER])).toMatchObject(fine(1))
  })
  test('lies before all that a member is given again, and what it had in hand', () => {
    const redriven = [
      ...DONE,
      takes(1_013, 'm2'),
      gets(1_015, 'c1', 'm2', { until: 1_016 }),
      takes(2_000, 'm3'),
      fault(2_000, 2_100, 'consume'),
      gets(2_390, 'c1', 'm3', { until: 2_500 }),
      gets(2_501, 'c1', 'm1', { until: 2_620 }),
    ]
    expect(examine(CLAUSE, [...redriven, gets(2_621, 'c1', 'm2')])).toMatchObject(fine(3))
    // Nothing new lay between, or it would have begun anew.
    const fresh = [takes(2_630, 'm4'), gets(2_650, 'c1', 'm4')]
    expect(examine(CLAUSE, [...redriven, ...fresh, gets(2_760, 'c1', 'm2')]).messages).toHaveLength(1)
    // What came from another partition meanwhile says nothing of this one.
    const elsewhere = fresh.flat().map((event) => ('position' in event ? { ...event, position: ELSEWHERE } : event))
    expect(examine(CLAUSE, [...redriven, elsewhere, gets(2_760, 'c1', 'm2')]).messages).toEqual([])
  })
  test('lies before what a member had in hand, also if it claims no retries and asks for more a little later', () => {
    const { handling: _, ...claims } = STORY_CLAIMS
    const cutOff = [...DONE, takes(1_013, 'm2'), fault(1_500, 1_600, 'consume')]
    const inHand = gets(1_620, 'c1', 'm2', { until: 2_320 })
    expect(examine(CLAUSE, [...cutOff, inHand, gets(2_321, 'c1', 'm1')], { claims })).toMatchObject(fine(2))
    expect(examine(CLAUSE, [...cutOff, inHand, gets(2_490, 'c1', 'm1')], { claims }).messages).toEqual(TWICE)
  })
  test('lies before what a member had in hand, also if it handled another message beside that', () => {
    const beside = [
      ...[joins(0, 'c1'), takes(1_000, 'm1'), takes(1_000, 'm2'), fault(1_000, 1_100, 'consume')],
      ...[gets(1_110, 'c1', 'm2', { until: 2_000 }), gets(1_111, 'c1', 'm1', { until: 1_120 })],
    ]
    expect(examine(CLAUSE, [...beside, gets(2_001, 'c1', 'm1')])).toMatchObject(fine(2))
    expect(examine(CLAUSE, [...beside, gets(2_200, 'c1', 'm1')]).messages).toEqual(TWICE)
  })
  test('is a fault that landed', () => {
    expect(examine(CLAUSE, [...DONE, fault(1_015, 1_018, 'consume', false), AGAIN]).messages).toEqual(TWICE)
    const endless = fault(1_015, 1_018, 'consume', false).filter(({ type }) => type === 'fault')
    expect(examine(CLAUSE, [...DONE, endless, AGAIN])).toMatchObject(fine(1))
  })
  test('is no stall of the machine: what came in one is no occasion', () => {
    expect(examine(CLAUSE, [...DONE, stalls(800, 1_015), AGAIN])).toMatchObject(fine(0))
    expect(examine(CLAUSE, [...DONE, stalls(800, 1_015)])).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...DONE, stalls(800, 1_015, 'n1'), AGAIN]).messages).toEqual(TWICE)
  })
})

test('without visible commits, handled is done', () => {
  expect(examine(CLAUSE, HANDLED)).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...HANDLED, AGAIN]).messages).toEqual(TWICE)
})

test.each([
  ['a member joined', [joins(1_015, 'c2')]],
  ['its partition was lost and came back', [holds(1_013, 'revoked', 'c1'), holds(1_014, 'assigned', 'c1')]],
  ['a process of the group ended', [exits(1_013)]],
  ['a process of the group was killed', [kills(1_013)]],
  ['the network failed', [fault(1_015, 1_018, 'consume')]],
  ['the machine stood still', [stalls(800, 1_015)]],
  ['another group had handled it', []],
])('again, when %s', (name, happened) => {
  const again = name.startsWith('another') ? gets(1_020, 'c9', 'm1', { group: 'h' }) : AGAIN
  expect(examine(CLAUSE, [...DONE, ...happened, again]).messages).toEqual([])
})

describe('again for a member that kept its partition all the while', () => {
  const held = [...DONE, holds(5, 'assigned', 'c1')]
  const long = [joins(0, 'c1'), holds(5, 'assigned', 'c1'), takes(1_000, 'm1')]
  test.each([
    ['a member joined', [...held, joins(1_012, 'c2'), holds(1_014, 'assigned', 'c2')]],
    ['the network failed', [...held, fault(1_015, 1_018, 'consume')]],
    ['the machine stood still', [...held, stalls(800, 1_015)]],
    ['its handler ran long', [...long, gets(1_010, 'c1', 'm1', { until: 1_016 }), commits(1_018, 2)]],
    ['it lost another partition', [...held, fault(1_015, 1_018, 'consume'), holds(1_016, 'revoked', 'c1', 1)]],
  ])('has no reason, although %s', (_name, happened) => {
    expect(examine(CLAUSE, [...happened, AGAIN]).messages).toEqual(TWICE)
  })
  test.each([
    ['lost its own and has it again', [holds(1_013, 'revoked', 'c1'), holds(1_014, 'assigned', 'c1')]],
    ['a message of its partition failed', [takes(1_011, 'm2'), gets(1_014, 'c1', 'm2', { outcome: 'retryable' })]],
  ])('has one if %s', (name, happened) => {
    const begins = name.startsWith('a message') ? [...HANDLED, commits(1_012, 1), holds(5, 'assigned', 'c1')] : held
    expect(examine(CLAUSE, [...begins, fault(1_011, 1_012, 'consume'), ...happened, AGAIN]).messages).toEqual([])
  })
})

test('the copy of a message that was stored twice', () => {
  const copy = [stores(1_002, 'm1', { offset: 9 }), gets(1_020, 'c1', 'm1', { offset: 9 })]
  expect(examine(CLAUSE, [...DONE, ...copy]).messages).toEqual([])
  // The same place again is no copy.
  expect(examine(CLAUSE, [...DONE, stores(1_002, 'm1', { offset: 9 }), AGAIN]).messages).toEqual(TWICE)
})

test('after a handler that outlasted half a session', () => {
  const long = [joins(0, 'c1'), takes(1_000, 'm1'), gets(1_010, 'c1', 'm1', { until: 1_200 }), commits(1_201, 2)]
  expect(examine(CLAUSE, [...long, gets(1_210, 'c1', 'm1')]).messages).toEqual([])
})

test('behind a handler that outlasted half a session, whose member worked on what it had fetched', () => {
  const behind = (until: number) => [
    joins(0, 'c1'),
    takes(900, 'm0', ELSEWHERE),
    takes(901, 'm1'),
    gets(1_000, 'c1', 'm0', { ...ELSEWHERE, until }),
    gets(until + 1, 'c1', 'm1'),
    gets(until + 800, 'c1', 'm1'),
  ]
  expect(examine(CLAUSE, behind(1_150))).toMatchObject(fine(2))
  expect(examine(CLAUSE, behind(1_149)).messages).toHaveLength(1)
  // One that came long after it did not wait for it.
  const later = [
    joins(0, 'c1'),
    takes(900, 'm0', ELSEWHERE),
    takes(901, 'm1'),
    gets(1_000, 'c1', 'm0', { ...ELSEWHERE, until: 1_200 }),
  ]
  expect(examine(CLAUSE, [...later, gets(1_349, 'c1', 'm1'), gets(2_100, 'c1', 'm1')]).messages).toEqual([])
  expect(examine(CLAUSE, [...later, gets(1_350, 'c1', 'm1'), gets(2_100, 'c1', 'm1')]).messages).toHaveLength(1)
})

test('a cut history of several processes may lack the reason', () => {
  expect(examine(CLAUSE, [...DONE, AGAIN], { complete: false, witness: 'after' })).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...DONE, AGAIN], { complete: false }).messages).toEqual(TWICE)
})

describe('a bus that claims at most once', () => {
  const claims = { ...STORY_CLAIMS, delivery: 'at-most-once' } as const
  test('hands nothing again that was handled well, whatever happens', () => {
    const happened = [...HANDLED, fault(1_015, 1_018, 'consume'), AGAIN]
    expect(examine(CLAUSE, happened, { claims }).messages).toEqual([
      'm1 was delivered to c1, but group g had handled it before (duplicate delivery)',
    ])
    expect(examine(CLAUSE, HANDLED, { claims })).toMatchObject(fine(1))
  })
})
