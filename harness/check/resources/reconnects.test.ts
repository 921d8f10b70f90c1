import { expect, test } from 'vitest'
import type { FaultKind } from '../../faults.ts'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { deadLetters, end, faultOf, gets, type Happening, joins, leaves, takes } from '../testing/story.case.ts'

const CLAUSE = 'resources/11'
const MEMBER = joins(0, 'c1')

const tried = (
  connections: number,
  {
    kind = 'refuse',
    role = 'consume',
    until = 300,
  }: { kind?: FaultKind; role?: 'consume' | 'dead-letter' | 'publish'; until?: number } = {},
): Happening =>
  faultOf(kind)(100, until, role).map((event) =>
    event.type === 'healed' ? { ...event, landed: { connections, bytes: 0 } } : event,
  )

test('a member waits before it connects again', () => {
  expect(examine(CLAUSE, [MEMBER, tried(50), end(900)])).toMatchObject(fine(1))
  const { messages, violations } = examine(CLAUSE, [MEMBER, tried(51), end(900)])
  expect(messages).toEqual(['all nodes together flood the consume link with connections while they are refused'])
  expect(violations[0]).toMatchObject({
    expected: 'at most 50 connections in 200 ms (2 members and partitions)',
    actual: '51 connections',
  })
  expect(examine(CLAUSE, [MEMBER, tried(51, { kind: 'reset' }), end(900)]).messages).toHaveLength(1)
})

test('each member does, as long as it is one, and each partition that its group reads', () => {
  expect(examine(CLAUSE, [MEMBER, joins(150, 'c2'), tried(75), end(900)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [MEMBER, joins(301, 'c2'), tried(75), end(900)]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [MEMBER, joins(0, 'c2'), leaves(90, 'c2', 9), tried(75), end(900)]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [MEMBER, joins(0, 'c2'), leaves(90, 'c2', 10), tried(75), end(900)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [MEMBER, tried(100), end(900)], { partitions: 3 })).toMatchObject(fine(1))
  expect(examine(CLAUSE, [MEMBER, joins(0, 'c2', { group: 'h' }), tried(100), end(900)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [MEMBER, joins(0, 'c2', { group: 'h' }), tried(101), end(900)]).messages).toHaveLength(1)
})

test('each failed message may try for itself to store its dead letter', () => {
  const failed = (outcome: 'permanent' | 'ok') => [MEMBER, takes(10, 'm1'), gets(20, 'c1', 'm1', { outcome })]
  const letters = tried(75, { role: 'dead-letter' })
  expect(examine(CLAUSE, [...failed('permanent'), letters, end(900)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...failed('ok'), letters, end(900)]).messages).toEqual([
    'all nodes together flood the dead-letter link with connections while they are refused',
  ])
  expect(examine(CLAUSE, [...failed('permanent'), deadLetters(99, 'm1'), letters, end(900)]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [...failed('permanent'), tried(76, { role: 'dead-letter' }), end(900)]).messages).toHaveLength(
    1,
  )
})

test('a real link counts none that it refuses', () => {
  const real = { site: 'real' } as const
  expect(examine(CLAUSE, [MEMBER, tried(999), end(900)], real)).toMatchObject(fine(0))
  expect(examine(CLAUSE, [MEMBER, tried(999, { kind: 'reset' }), end(900)], real).messages).toHaveLength(1)
})

test('of other links, other faults, short ones, and those that nobody met, it says nothing', () => {
  expect(examine(CLAUSE, [MEMBER, tried(999, { role: 'publish' }), end(900)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [MEMBER, tried(999, { kind: 'cut' }), end(900)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [MEMBER, tried(999, { until: 299 }), end(900)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [MEMBER, tried(0), end(900)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [tried(999), end(900)])).toMatchObject(fine(0))
})

test('a bus may claim to try sooner', () => {
  const retry = (cap: number) => {
    const often = { formula: 'exponential', base: 1, factor: 2, cap, jitter: { low: 0, high: 1 }, retries: 2 } as const
    return { ...STORY_CLAIMS, retry: often }
  }
  expect(examine(CLAUSE, [MEMBER, tried(99), end(900)], { claims: retry(39) })).toMatchObject(fine(0))
  expect(examine(CLAUSE, [MEMBER, tried(99), end(900)], { claims: retry(40) }).messages).toHaveLength(1)
})
