import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  asked,
  breaker,
  closed,
  closes,
  fault,
  type Happening,
  ill,
  kills,
  opened,
  phase,
  publishes,
  well,
} from '../testing/story.case.ts'

/** Claimed: an answer within 50 ms, looks at most 20 ms old, a breaker that is open for 100 ms; 1 ms of slack. */
const judged = (...happened: readonly Happening[]) =>
  examine('health/3', [opened(0), ...happened], { claims: ALL_CLAIMS })
const unready = (at: number) => well(at, { ready: false })

test('ready while its breaker is open', () => {
  expect(judged(breaker(10, 'closed', 'open'), asked(50, unready(50)))).toMatchObject(fine(1))
  expect(judged(breaker(10, 'closed', 'open'), asked(50, well(50))).messages).toEqual([
    'n1 says that it is ready, but its breaker is open',
  ])
})

test('an open breaker whose reset time is over lets the next call in', () => {
  expect(judged(breaker(10, 'closed', 'open'), asked(109, well(109)))).toMatchObject(fine(0))
  expect(judged(breaker(10, 'closed', 'open'), asked(50, well(50), { takes: 59 }))).toMatchObject(fine(0))
})

test('a breaker that is forced open stays so', () => {
  expect(judged(breaker(10, 'closed', 'isolated'), asked(500, well(500))).messages).toEqual([
    'n1 says that it is ready, but its breaker is forced open',
  ])
})

test('a breaker that changes while it answers, and one that is half-open', () => {
  expect(judged(asked(5, well(5), { takes: 10 }), breaker(10, 'closed', 'open'))).toMatchObject(fine(0))
  expect(judged(breaker(10, 'closed', 'open'), breaker(60, 'open', 'half-open'), asked(70, well(70)))).toMatchObject(
    fine(0),
  )
})

test('ready while it closes, and after that', () => {
  expect(judged(closes(10), asked(20, ill(20)), closed(30), asked(40, ill(40)))).toMatchObject(fine(2))
  const { messages } = judged(closes(10), asked(20, well(20)), closed(30), asked(40, well(40)))
  expect(messages).toEqual(Array(2).fill('n1 says that it is ready, but its close had begun'))
})

test('asked before the close began, or of a process that was killed', () => {
  expect(judged(asked(20, well(20), { takes: 10 }), closes(25))).toMatchObject(fine(0))
  expect(judged(kills(10), asked(20, well(20)))).toMatchObject(fine(0))
})

test('unhealthy is never ready', () => {
  expect(judged(fault(5, 60, 'publish'), asked(50, ill(50, 'unhealthy', true))).messages).toEqual([
    'n1 says that it is ready, but it is unhealthy',
  ])
  expect(judged(fault(5, 60, 'publish'), asked(50, ill(50, 'degraded', true)))).toMatchObject(fine(0))
})

test('not ready where nothing is wrong', () => {
  expect(judged(phase(75, 'heal'), asked(80, well(80)))).toMatchObject(fine(1))
  expect(judged(asked(80, unready(80))).messages).toEqual(['n1 says that it is not ready, but nothing is wrong'])
  expect(judged(fault(60, 70, 'publish'), asked(1_140, unready(1_140)))).toMatchObject(fine(0))
})

test('ready while its publish link is dead', () => {
  const outage = [publishes(1, 'm1'), fault(100, 300, 'publish')]
  expect(judged(...outage, asked(200, ill(200, 'degraded')))).toMatchObject(fine(1))
  expect(judged(...outage, asked(200, ill(200, 'degraded', true))).messages).toEqual([
    'n1 says that it is ready, but its publish link is dead',
  ])
  expect(judged(publishes(1, 'm1'), fault(100, 300, 'dead-letter'), asked(200, well(200)))).toMatchObject(fine(0))
})
