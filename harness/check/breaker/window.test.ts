import { expect, test } from 'vitest'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { type Examined, examine, fine } from '../testing/examine.case.ts'
import { begins, breaker, ends, type Happening, tries } from '../testing/story.case.ts'

const trip = { when: 'failure-rate', above: 50, calls: 3, window: 100 } as const
const claims = { ...STORY_CLAIMS, breaker: { ...STORY_CLAIMS.breaker, trip } } as typeof STORY_CLAIMS
const look = (...happened: readonly Happening[]): Examined => examine('breaker/12', happened, { claims })
const bad = (at: number, op: string) => tries(at, at + 1, op)
const good = (at: number, op: string) => tries(at, at + 1, op, 1, 'ok')
const opens = (at: number) => breaker(at, 'closed', 'open')

test('failures that have left the window open nothing', () => {
  expect(look(bad(10, 'm1'), bad(20, 'm2'), bad(200, 'm3'))).toMatchObject(fine(1))
})

test('opened because of failures that had left it', () => {
  const { messages, violations } = look(bad(10, 'm1'), bad(20, 'm2'), bad(200, 'm3'), opens(201))
  expect(messages).toEqual(['the breaker of n1 opened because of failures that had left its window'])
  expect(violations[0]).toMatchObject({
    actual: '3 failures of 3 calls, 2 of them older than that',
    node: 'n1',
    at: 201,
  })
})

test('enough failures within it open it, whatever came before', () => {
  expect(look(bad(10, 'm1'), bad(200, 'm2'), bad(210, 'm3'), bad(220, 'm4'), opens(221))).toMatchObject(fine(1))
})

test('what opens it too soon for another reason is for breaker/1', () => {
  expect(look(bad(10, 'm1'), opens(11))).toMatchObject(fine(0))
  expect(look(bad(10, 'm1'), good(20, 'm2'), good(30, 'm3'), bad(200, 'm4'), opens(201))).toMatchObject(fine(0))
  // It may have counted the one that was given up.
  const given = [...begins(100, 'm9'), ...ends(105, 'm9', 1, 'cancelled')]
  expect(look(bad(10, 'm1'), bad(20, 'm2'), given, bad(200, 'm3'), opens(201))).toMatchObject(fine(1))
})

test('a window that moves in steps may be somewhat longer than claimed', () => {
  expect(look(bad(10, 'm1'), bad(20, 'm2'), bad(130, 'm3'), opens(131))).toMatchObject(fine(0))
  expect(look(bad(10, 'm1'), bad(20, 'm2'), bad(146, 'm3'), opens(147)).messages).toHaveLength(1)
})

test('a change of state begins anew', () => {
  const anew = [opens(11), breaker(111, 'open', 'half-open'), good(111, 'm2'), good(112, 'm3')]
  expect(look(bad(10, 'm1'), ...anew, breaker(113, 'half-open', 'closed'), bad(200, 'm4'))).toMatchObject(fine(0))
})

test('a breaker by failures in a row has no window', () => {
  expect(examine('breaker/12', [bad(10, 'm1'), bad(200, 'm2'), opens(201)])).toMatchObject(fine(0))
})
