import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { closes, drained, error, exposes, type Happening, kills, scraped, stalls } from '../testing/story.case.ts'

/** An attempt may take 100 ms; 1 ms of slack. */
const judged = (...happened: readonly Happening[]) => examine('health/4', happened, { claims: ALL_CLAIMS })

test('answers in time, and late ones', () => {
  expect(judged(scraped(10, exposes(), { takes: 101 }))).toMatchObject(fine(1))
  expect(judged(scraped(10, exposes(), { takes: 102 })).messages).toEqual(['the metrics of n1 took too long'])
  expect(judged(scraped(10, exposes(), { takes: 102 }), stalls(20, 100))).toMatchObject(fine(1))
})

test('no answer, and an error', () => {
  expect(judged(scraped(10, [], { takes: null }), drained(200)).messages).toEqual([
    'the metrics of n1 were never given',
  ])
  expect(judged(scraped(10, [], { error: error('TIMEOUT') })).messages).toEqual([
    'the metrics of n1 failed instead of being given',
  ])
})

test('what Prometheus could not read', () => {
  const { messages, violations } = judged(scraped(10, exposes(), { wrong: 'line 9 does not end: a 1' }))
  expect(messages).toEqual(['the metrics of n1 cannot be read'])
  expect(violations[0]?.actual).toContain('line 9 does not end')
})

test('a metric that is claimed and not there, and one that is no number', () => {
  const without = exposes().filter(({ labels }) => labels.outcome !== 'failed')
  expect(judged(scraped(10, without)).messages).toEqual(['the metrics of n1 lack publishes_total{outcome="failed"}'])
  const none = exposes().map((one) => (one.name === 'queued' ? { ...one, value: null } : one))
  expect(judged(scraped(10, none)).messages).toEqual(['the metrics of n1 lack queued'])
})

test('several series of one counter add up, and a counter falls', () => {
  const apart = [...exposes({ handled: 2 }), { name: 'handled_total', labels: { topic: 'u' }, value: 3 }]
  expect(judged(scraped(10, apart), scraped(20, exposes({ handled: 5 })))).toMatchObject(fine(2))
  const { messages, violations } = judged(scraped(10, apart), scraped(20, exposes({ handled: 4 })))
  expect(messages).toEqual(['the metrics of n1 let handled_total fall'])
  expect(violations[0]).toMatchObject({ expected: 'at least 5: a counter never falls', at: 20 })
})

test('gauges may fall, and another node counts for itself', () => {
  expect(judged(scraped(10, exposes({ queued: 2, health: 1 })), scraped(20, exposes({ health: 0 })))).toMatchObject(
    fine(2),
  )
  const other = scraped(20, exposes(), { node: 'n2' })
  expect(judged(scraped(10, exposes({ handled: 2 })), other)).toMatchObject(fine(2))
})

test('a bus that closes is not judged', () => {
  expect(judged(closes(5), scraped(10, []))).toMatchObject(fine(0))
  expect(judged(scraped(10, [], { takes: 20 }), closes(15))).toMatchObject(fine(0))
  for (const end of [closes(15), kills(15)])
    expect(judged(scraped(10, [], { takes: null }), end, drained(200))).toMatchObject(fine(0))
})

test('of two scrapes at once the later may be answered first', () => {
  const slow = scraped(10, exposes({ handled: 5 }), { takes: 50 })
  expect(judged(slow, scraped(20, exposes({ handled: 3 })))).toMatchObject(fine(2))
  expect(judged(slow, scraped(70, exposes({ handled: 3 }))).messages).toHaveLength(1)
})

test('an answer that is not due yet when the run ends', () => {
  expect(judged(scraped(10, [], { takes: null }), drained(50))).toMatchObject(fine(1))
})
