import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  asked,
  closed,
  closes,
  component,
  drained,
  error,
  fault,
  faultOf,
  type Happening,
  ill,
  kills,
  stalls,
  well,
} from '../testing/story.case.ts'

/** Claimed: an answer within 50 ms, looks at most 20 ms old. */
const judged = (...happened: readonly Happening[]) => examine('health/1', happened, { claims: ALL_CLAIMS })

test('answers in time, and late ones', () => {
  expect(judged(asked(10, well(10), { takes: 50 }), drained(100))).toMatchObject(fine(1))
  const { messages, violations } = judged(asked(10, well(10), { takes: 52 }), drained(100))
  expect(messages).toEqual(['the health check of n1 took too long'])
  expect(violations[0]).toMatchObject({ node: 'n1', at: 62, expected: /within 50 ms/ })
})

test('no answer at all', () => {
  expect(judged(asked(10, well(10), { takes: null }), drained(100)).messages).toEqual([
    'the health check of n1 never answered',
  ])
})

test('no answer of a process that was killed, and none yet where the history ends', () => {
  expect(judged(asked(10, well(10), { takes: null }), kills(20), drained(100))).toMatchObject(fine(1))
  expect(
    examine('health/1', [asked(10, well(10), { takes: null })], { claims: ALL_CLAIMS, complete: false }),
  ).toMatchObject(fine(1))
})

test('a machine that stands still excuses a late answer', () => {
  expect(judged(asked(10, well(10), { takes: 90 }), stalls(20, 95), drained(200))).toMatchObject(fine(1))
})

test('a fault does not, nor does a close', () => {
  const late = asked(10, ill(10), { takes: 80 })
  expect(judged(fault(5, 95, 'publish'), late, drained(200)).messages).toHaveLength(1)
  expect(judged(closes(5), late, closed(95), drained(200)).messages).toHaveLength(1)
})

test('an error is no answer', () => {
  expect(judged(asked(10, error('TIMEOUT'))).messages).toEqual(['the health check of n1 failed instead of answering'])
})

test('the worst component decides', () => {
  const two = (status: 'healthy' | 'degraded' | 'unhealthy') =>
    well(10, { status, components: [component(10, 'publish', 'degraded'), component(10, 'consume')] })
  expect(judged(asked(10, two('degraded')))).toMatchObject(fine(1))
  expect(judged(asked(10, two('healthy'))).messages).toEqual([
    'the health of n1 is told as healthy, but one component is degraded',
  ])
  expect(judged(asked(10, two('unhealthy'))).messages).toHaveLength(1)
})

test('each component once, and the same ones each time', () => {
  const twice = well(10, { components: [component(10), component(10)] })
  expect(judged(asked(10, twice)).messages).toEqual(['the health of n1 names publish twice'])
  const more = well(20, { components: [component(20), component(20, 'pool')] })
  expect(judged(asked(10, well(10)), asked(20, more)).messages).toEqual([
    'the health of n1 has other components than before',
  ])
  expect(judged(asked(10, well(10)), asked(20, more, { node: 'n2' }))).toMatchObject(fine(2))
})

test('a look that is older than claimed', () => {
  // A look takes up to 50 ms, and may be 20 ms old.
  expect(judged(asked(10, well(10)), asked(81, well(10)))).toMatchObject(fine(2))
  const { messages, violations } = judged(asked(10, well(10)), asked(82, well(10)))
  expect(messages).toEqual(['the health of n1 tells of publish as it was long ago'])
  expect(violations[0]).toMatchObject({ node: 'n1', at: 82 })
})

test('an answer that is not due yet when the run ends', () => {
  expect(judged(asked(10, well(10), { takes: null }), drained(40))).toMatchObject(fine(1))
})

test('a machine that stood still may have kept the bus from looking', () => {
  expect(judged(asked(10, well(10)), stalls(15, 80), asked(82, well(10)))).toMatchObject(fine(2))
})

test('the age is not judged of a bus that has closed, nor by a clock that was stepped', () => {
  const again = [asked(10, well(10)), asked(100, ill(10))]
  expect(judged(closes(90), closed(91), ...again)).toMatchObject(fine(2))
  expect(judged(faultOf('clock-step')(20, 30, 'publish'), ...again)).toMatchObject(fine(2))
})
