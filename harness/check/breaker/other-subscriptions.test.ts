import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  acknowledges,
  asksToLeave,
  closes,
  end,
  gets,
  type Happening,
  joins,
  onTopic,
  publishes,
  stalls,
  takes,
} from '../testing/story.case.ts'

/** Claimed: a breaker opens at 2 failures in a row, for 200 ms; an attempt takes 100 ms at most; 1 ms of slack. */
const judged = (happened: readonly Happening[], options = {}) =>
  examine('breaker/14', [...OPENS, ...happened, end(3_000)], { claims: ALL_CLAIMS, ...options })

const H = { group: 'h' } as const
/** The breaker of group g opens at 1,020 ms, until 1,220 ms. Group h has nothing in hand. */
const OPENS = [
  joins(0, 'c1'),
  joins(0, 'c2', H),
  takes(1_000, 'm1'),
  gets(1_005, 'c2', 'm1', H),
  gets(1_010, 'c1', 'm1', { outcome: 'retryable' }),
  gets(1_020, 'c1', 'm1', { outcome: 'retryable', attempt: 2 }),
]
const STOPPED = ['group h did not get m2 while group g on t was open']

test('another group gets its messages', () => {
  expect(judged([takes(1_030, 'm2'), gets(1_032, 'c2', 'm2', H)])).toMatchObject(fine(1))
})

test('it may get a message before the publish is acknowledged', () => {
  const happened = [publishes(1_030, 'm2'), gets(1_030, 'c2', 'm2', H), acknowledges(1_031, 'm2')]
  expect(judged(happened)).toMatchObject(fine(1))
})

test('it does not wait for the reset time of the one that fails', () => {
  expect(judged([takes(1_030, 'm2'), gets(1_220, 'c2', 'm2', H)]).messages).toEqual(STOPPED)
  expect(judged([takes(1_030, 'm2')]).messages).toEqual(STOPPED)
})

test('neither does a group of another topic', () => {
  const of = (at: number) => onTopic('u', [joins(0, 'c3'), takes(1_030, 'm2'), gets(at, 'c3', 'm2')])
  expect(judged(of(1_032))).toMatchObject(fine(1))
  expect(judged(of(1_220)).messages).toEqual(['group g did not get m2 while group g on t was open'])
})

test('a wait that is no longer than an attempt proves nothing', () => {
  expect(judged([takes(1_130, 'm2'), gets(1_220, 'c2', 'm2', H)])).toMatchObject(fine(0))
})

test('one that has something in hand, or whose own breaker is open, may wait', () => {
  const busy = [takes(1_021, 'm3'), gets(1_022, 'c2', 'm3', { ...H, until: 1_250 })]
  expect(judged([...busy, takes(1_030, 'm2'), gets(1_251, 'c2', 'm2', H)])).toMatchObject(fine(1))
  const failing = ['m3', 'm4'].map((op) => gets(1_023, 'c2', op, { ...H, outcome: 'permanent' }))
  const both = [takes(1_020, 'm3'), takes(1_020, 'm4'), ...failing]
  expect(judged([...both, takes(1_030, 'm2'), gets(1_223, 'c2', 'm2', H)]).messages).toEqual([])
})

test('one on another bus proves nothing', () => {
  const elsewhere = onTopic('u', [
    joins(0, 'c3', { node: 'n2' }),
    takes(1_030, 'm2'),
    gets(1_220, 'c3', 'm2', { node: 'n2' }),
  ])
  expect(judged(elsewhere)).toMatchObject(fine(0))
})

test('a group whose members change, a machine that stood still and a close are excused', () => {
  const late = [takes(1_030, 'm2'), gets(1_220, 'c2', 'm2', H)]
  expect(judged([...late, joins(1_025, 'c3', H)]).messages).toEqual([])
  expect(judged([...late, stalls(1_040, 1_200)]).messages).toEqual([])
  expect(judged([takes(1_030, 'm2'), closes(1_100)]).messages).toEqual([])
  expect(judged([takes(1_030, 'm2'), asksToLeave(1_040, 'c2')]).messages).toEqual([])
})

test('while no breaker is open there is nothing to say', () => {
  expect(judged([takes(1_500, 'm2'), gets(1_900, 'c2', 'm2', H)])).toMatchObject(fine(0))
})
