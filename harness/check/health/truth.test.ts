import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  asked,
  closes,
  component,
  fault,
  faultOf,
  type Happening,
  ill,
  joins,
  losesDisk,
  opened,
  phase,
  publishes,
  reportsDeadLetter,
  stalls,
  well,
} from '../testing/story.case.ts'

/** Claimed: an answer within 50 ms, looks at most 20 ms old, recovery within 1 s; 1 ms of slack. */
const judged = (...happened: readonly Happening[]) =>
  examine('health/2', [opened(0), publishes(1, 'm1'), ...happened], { claims: ALL_CLAIMS })
const hole = faultOf('black-hole')

test.each([
  ['refused', fault(100, 300, 'publish')],
  ['swallowing', hole(100, 300, 'publish')],
])('healthy while the link is %s', (_, outage) => {
  expect(judged(outage, asked(172, ill(172)))).toMatchObject(fine(1))
  const { messages, violations } = judged(outage, asked(172, well(172)))
  expect(messages).toEqual(['n1 says that it is healthy, but its publish link has been dead for 72 ms'])
  expect(violations[0]).toMatchObject({ node: 'n1', at: 172 })
})

test('degraded is enough', () => {
  expect(judged(hole(100, 300, 'publish'), asked(172, ill(172, 'degraded')))).toMatchObject(fine(1))
})

test('a look may have been answered before, and an answer may come after', () => {
  expect(judged(fault(100, 300, 'publish'), asked(171, well(171)))).toMatchObject(fine(0))
  expect(judged(fault(100, 300, 'publish'), asked(290, well(290), { takes: 11 }))).toMatchObject(fine(0))
})

test('faults that touched nothing, or let bytes through', () => {
  expect(judged(fault(100, 300, 'publish', false), asked(200, well(200)))).toMatchObject(fine(0))
  expect(judged(faultOf('latency')(100, 300, 'publish'), asked(200, well(200)))).toMatchObject(fine(0))
  expect(judged(losesDisk(100, 300), asked(200, well(200)))).toMatchObject(fine(0))
})

test('a link that the node does not use', () => {
  const outage = fault(100, 300, 'consume')
  expect(judged(outage, asked(200, well(200)))).toMatchObject(fine(0))
  expect(judged(joins(50, 'c1', { node: 'n2' }), outage, asked(200, well(200)))).toMatchObject(fine(0))
  expect(judged(joins(50, 'c1', { node: 'n1' }), outage, asked(200, well(200))).messages).toEqual([
    'n1 says that it is healthy, but its consume link has been dead for 100 ms',
  ])
})

test('a link that the node has not used before', () => {
  const later = examine(
    'health/2',
    [opened(0), fault(100, 300, 'publish'), publishes(150, 'm1'), asked(200, well(200))],
    {
      claims: ALL_CLAIMS,
    },
  )
  expect(later).toMatchObject(fine(0))
  const letters = fault(100, 300, 'dead-letter')
  expect(judged(joins(50, 'c1'), letters, asked(200, well(200)))).toMatchObject(fine(0))
  expect(judged(reportsDeadLetter(60, 'm1'), letters, asked(200, well(200))).messages).toEqual([
    'n1 says that it is healthy, but its dead-letter link has been dead for 100 ms',
  ])
})

test('a machine that stood still', () => {
  expect(judged(fault(100, 300, 'publish'), stalls(110, 170), asked(200, well(200)))).toMatchObject(fine(0))
})

test('a bus that closes is not judged', () => {
  expect(judged(fault(100, 300, 'publish'), closes(150), asked(200, well(200)))).toMatchObject(fine(0))
})

test('well where nothing is wrong', () => {
  expect(judged(phase(75, 'heal'), asked(80, well(80)))).toMatchObject(fine(1))
  // While faults may come it says nothing that a bus was well once.
  expect(judged(asked(80, well(80)))).toMatchObject(fine(0))
  expect(judged(asked(80, ill(80, 'degraded'))).messages).toEqual(['n1 says that it is degraded, but nothing is wrong'])
  // It may not have looked yet.
  expect(judged(asked(70, ill(70)))).toMatchObject(fine(0))
})

test('well again once recovery had its time', () => {
  const outage = fault(100, 200, 'consume', false)
  expect(judged(outage, asked(1_271, ill(1_271)))).toMatchObject(fine(0))
  expect(judged(outage, asked(1_272, ill(1_272))).messages).toHaveLength(1)
})

test('an open breaker, and a machine that stood still, excuse it', () => {
  const opens: Happening = [{ type: 'breaker-changed', at: 10, node: 'n1', from: 'closed', to: 'open' }]
  const closesAgain: Happening = [{ type: 'breaker-changed', at: 200, node: 'n1', from: 'half-open', to: 'closed' }]
  expect(judged(opens, asked(100, ill(100)))).toMatchObject(fine(0))
  expect(judged(opens, closesAgain, asked(270, ill(270)))).toMatchObject(fine(0))
  expect(judged(opens, closesAgain, asked(271, ill(271))).messages).toHaveLength(1)
  expect(judged(stalls(10, 80), asked(100, ill(100)))).toMatchObject(fine(0))
})

/** The wall clock of `component` stands there when the run begins. */
const startedAt = Date.UTC(2026, 0, 31)
const onRealClocks = (...happened: readonly Happening[]) =>
  examine('health/2', [opened(0), publishes(1, 'm1'), ...happened], {
    claims: ALL_CLAIMS,
    site: 'real',
    slack: 3_000,
    startedAt,
  })

test('what was looked at in the outage is told of it, however slow the machine may be', () => {
  const outage = fault(100, 1_100, 'publish')
  expect(onRealClocks(outage, asked(200, ill(251), { takes: 100 }))).toMatchObject(fine(1))
  expect(onRealClocks(outage, asked(200, well(251), { takes: 100 })).messages).toEqual([
    'n1 says that it is healthy, but its publish link has been dead for 100 ms',
  ])
})

test('one look before the outage, and an answer close to its end, tell nothing', () => {
  const outage = fault(100, 1_100, 'publish')
  const both = well(251, { components: [component(251), component(249, 'consume')] })
  expect(onRealClocks(outage, asked(200, both))).toMatchObject(fine(0))
  expect(onRealClocks(outage, asked(590, well(590), { takes: 11 }))).toMatchObject(fine(0))
  expect(onRealClocks(outage, stalls(120, 160), asked(200, well(251)))).toMatchObject(fine(0))
})
