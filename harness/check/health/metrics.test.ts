import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  acknowledges,
  asked,
  asksToJoin,
  breaker,
  closes,
  error,
  exposes,
  fails,
  gets,
  type Happening,
  ill,
  PERMANENT,
  publishes,
  queues,
  reportsDeadLetter,
  scraped,
  settles,
  tried,
  well,
  writes,
} from '../testing/story.case.ts'

const judged = (...happened: readonly Happening[]) => examine('health/5', happened, { claims: ALL_CLAIMS })
const PUBLISHED: Happening = [
  ...publishes(10, 'm1'),
  ...acknowledges(11, 'm1'),
  ...publishes(12, 'm2'),
  ...fails(20, 'm2'),
  ...tried(21, 'empty-topic', PERMANENT),
  ...tried(22, 'subscribe-closed', PERMANENT),
]

test('publishes by their outcome', () => {
  expect(judged(PUBLISHED, scraped(50, exposes({ acknowledged: 1, failed: 2 })))).toMatchObject(fine(1))
  const { messages, violations } = judged(PUBLISHED, scraped(50, exposes({ acknowledged: 2, failed: 1 })))
  expect(messages).toEqual([
    'n1 exposes publishes_total{outcome="acknowledged"} as 2, the publishes that were acknowledged are 1, the last of them m1',
    'n1 exposes publishes_total{outcome="failed"} as 1, the publishes that failed are 2, the last of them trial-empty-topic-n1',
  ])
  expect(violations).toMatchObject([
    { node: 'n1', at: 50, expected: '1', actual: '2', op: 'm1' },
    { node: 'n1', at: 50, expected: '2', actual: '1', op: 'trial-empty-topic-n1' },
  ])
})

test('one under way may be counted already, and one that ends just now not yet', () => {
  const open = publishes(40, 'm3')
  for (const acknowledged of [1, 2])
    expect(judged(PUBLISHED, open, scraped(50, exposes({ acknowledged, failed: 2 })))).toMatchObject(fine(1))
  const ends = acknowledges(50, 'm3')
  for (const acknowledged of [1, 2])
    expect(judged(PUBLISHED, open, ends, scraped(50, exposes({ acknowledged, failed: 2 })))).toMatchObject(fine(1))
  expect(judged(PUBLISHED, open, ends, scraped(51, exposes({ acknowledged: 1, failed: 2 }))).messages).toHaveLength(1)
  expect(judged(PUBLISHED, open, scraped(50, exposes({ acknowledged: 3, failed: 2 }))).messages).toHaveLength(1)
})

test('one that ends while the bus answers may be counted', () => {
  const during = [scraped(50, exposes({ acknowledged: 2, failed: 2 }), { takes: 10 }), publishes(52, 'm3')]
  expect(judged(PUBLISHED, ...during, acknowledges(55, 'm3'))).toMatchObject(fine(1))
  expect(judged(PUBLISHED, ...during, fails(55, 'm3')).messages).toHaveLength(1)
})

test('what waits in the queue is neither, and is in the gauge', () => {
  const waits = queues(10, 'm1')
  expect(judged(waits, scraped(50, exposes({ queued: 1 })))).toMatchObject(fine(1))
  expect(judged(waits, scraped(50, exposes())).messages).toEqual([
    'n1 exposes queued as 0, the publishes in the queue are 1',
  ])
  expect(judged(waits, settles(60, 'm1'), scraped(70, exposes({ acknowledged: 1 })))).toMatchObject(fine(1))
  expect(judged(waits, settles(60, 'm1'), scraped(70, exposes({ acknowledged: 1, queued: 1 }))).messages).toHaveLength(
    1,
  )
})

test('handlers that resolved, and no others', () => {
  const handles = [gets(10, 'c1', 'm1'), gets(20, 'c1', 'm2', { outcome: 'retryable' })]
  expect(judged(...handles, scraped(50, exposes({ handled: 1 })))).toMatchObject(fine(1))
  expect(judged(...handles, scraped(50, exposes({ handled: 2 }))).messages).toEqual([
    'n1 exposes handled_total as 2, the calls of handlers that resolved are 1',
  ])
})

test('dead letters, and one that a member may be storing', () => {
  const letter = reportsDeadLetter(20, 'm1')
  expect(judged(letter, scraped(50, exposes({ deadLettered: 1 })))).toMatchObject(fine(1))
  expect(judged(letter, scraped(50, exposes())).messages).toHaveLength(1)
  expect(judged(letter, scraped(50, exposes({ deadLettered: 2 }))).messages).toHaveLength(1)
  expect(judged(asksToJoin(5, 'c1'), letter, scraped(50, exposes({ deadLettered: 2 })))).toMatchObject(fine(1))
})

test('exactly one state of the breaker, the present one', () => {
  const opens = breaker(10, 'closed', 'open')
  const states = (closed: number, open: number) => exposes({ states: { closed, open } })
  expect(judged(opens, scraped(50, states(0, 1)))).toMatchObject(fine(1))
  expect(judged(opens, scraped(50, states(1, 1))).messages).toEqual(['n1 exposes its breaker in 2 states at once'])
  expect(judged(opens, scraped(50, states(0, 0))).messages).toEqual(['n1 exposes its breaker in 0 states at once'])
  expect(judged(opens, scraped(50, states(1, 0))).messages).toEqual([
    'n1 exposes its breaker as closed, but it is open',
  ])
  expect(judged(scraped(50, states(0.5, 0.5))).messages).toHaveLength(1)
})

test('a state that changes just then, and other ways to write one', () => {
  const opens = breaker(50, 'closed', 'open')
  expect(judged(opens, scraped(50, exposes({ states: { closed: 1, open: 0 } })))).toMatchObject(fine(1))
  const half = [breaker(10, 'closed', 'open'), breaker(20, 'open', 'half-open')]
  expect(judged(...half, scraped(50, exposes({ states: { CLOSED: 0, HALF_OPEN: 1 } })))).toMatchObject(fine(1))
  expect(judged(...half, scraped(50, exposes({ states: { closed: 0, halfOpen: 1 } })))).toMatchObject(fine(1))
  const forced = breaker(10, 'closed', 'isolated')
  for (const name of ['open', 'forced_open'])
    expect(judged(forced, scraped(50, exposes({ states: { closed: 0, [name]: 1 } })))).toMatchObject(fine(1))
})

test('one that is tried may have left the queue for that', () => {
  const tries = (from: number): Happening => [{ type: 'attempt-began', at: from, node: 'n1', op: 'm1', attempt: 1 }]
  const ends = (at: number): Happening => [
    { type: 'attempt-ended', at, node: 'n1', op: 'm1', attempt: 1, outcome: 'failed', error: error('TIMEOUT') },
  ]
  expect(judged(queues(10, 'm1'), tries(40), ends(60), scraped(50, exposes()))).toMatchObject(fine(1))
  expect(judged(queues(10, 'm1'), tries(20), ends(30), scraped(50, exposes())).messages).toHaveLength(1)
})

test('what a handler rejected may be stored and not be reported yet', () => {
  const rejects = [gets(10, 'c1', 'm1', { outcome: 'permanent' }), gets(11, 'c1', 'm2', { outcome: 'permanent' })]
  expect(judged(...rejects, scraped(50, exposes({ deadLettered: 2 })))).toMatchObject(fine(1))
  expect(judged(...rejects, scraped(50, exposes({ deadLettered: 3 }))).messages).toHaveLength(1)
})

test('a write publishes, too', () => {
  expect(judged(writes(10, 'm1'), scraped(50, exposes({ acknowledged: 1 })))).toMatchObject(fine(1))
})

test('what a redrive publishes may count, and what another node does does not', () => {
  const redrive: Happening = [{ type: 'redrive', at: 30, node: 'n1', redrive: 'r', topic: 't' }]
  expect(judged(redrive, scraped(50, exposes({ acknowledged: 7 })))).toMatchObject(fine(1))
  expect(judged(PUBLISHED, scraped(50, exposes(), { node: 'n2' }))).toMatchObject(fine(1))
})

test('a bus that closes, and a scrape that failed, are not judged', () => {
  expect(judged(closes(40), scraped(50, exposes({ failed: 9 })))).toMatchObject(fine(0))
  expect(judged(scraped(50, [], { error: error('TIMEOUT') }))).toMatchObject(fine(0))
})

test('the gauge of health is what the last health check answered', () => {
  const told = [asked(10, ill(10)), asked(20, well(20))]
  expect(judged(...told, scraped(50, exposes({ health: 1 })))).toMatchObject(fine(1))
  expect(judged(asked(10, ill(10, 'degraded')), scraped(50, exposes({ health: 0.5 })))).toMatchObject(fine(1))
  const { messages, violations } = judged(...told, scraped(50, exposes({ health: 0 })))
  expect(messages).toEqual(['n1 exposes health as 0, but health() answered healthy'])
  expect(violations).toMatchObject([{ node: 'n1', at: 50, expected: '1', actual: '0' }])
})

test('a health check under way may be what the gauge tells', () => {
  const told = [asked(10, ill(10)), asked(40, well(40), { takes: 20 })]
  for (const health of [0, 1]) expect(judged(...told, scraped(50, exposes({ health })))).toMatchObject(fine(1))
  expect(judged(...told, scraped(50, exposes({ health: 0.5 }))).messages).toEqual([
    'n1 exposes health as 0.5, but health() answered unhealthy or healthy',
  ])
})

test('before the first answer, of another bus, and beside a check that was never answered, the gauge of health tells anything', () => {
  expect(judged(scraped(50, exposes({ health: 0 })))).toMatchObject(fine(1))
  expect(judged(asked(10, ill(10), { node: 'n2' }), scraped(50, exposes({ health: 1 })))).toMatchObject(fine(1))
  expect(
    judged(asked(10, well(10)), asked(20, ill(20), { takes: null }), scraped(50, exposes({ health: 0 }))),
  ).toMatchObject(fine(1))
  expect(judged(asked(10, error('NO')), scraped(50, exposes({ health: 0 })))).toMatchObject(fine(1))
})
