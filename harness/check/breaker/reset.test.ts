import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  begins,
  breaker,
  ends,
  error,
  fails,
  type Happening,
  NODE,
  OPEN,
  publishes,
  tries,
} from '../testing/story.case.ts'

const CLAUSE = 'breaker/3'
const TRIPPED = [tries(10, 12, 'm1'), tries(20, 22, 'm1', 2), breaker(22, 'closed', 'open')]
const EARLY = ['the breaker of n1 turned half-open too early']

test('half-open when its reset time is over, or any time later', () => {
  expect(examine(CLAUSE, [...TRIPPED, breaker(122, 'open', 'half-open')])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...TRIPPED, breaker(9_000, 'open', 'half-open')])).toMatchObject(fine(1))
})

test('half-open too early: exactly in virtual time, with a millisecond of grace on real clocks', () => {
  expect(examine(CLAUSE, [...TRIPPED, breaker(121.9, 'open', 'half-open')]).messages).toEqual(EARLY)
  expect(examine(CLAUSE, [...TRIPPED, breaker(121.1, 'open', 'half-open')], { site: 'real' })).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...TRIPPED, breaker(120.5, 'open', 'half-open')], { site: 'real' }).messages).toEqual(EARLY)
})

test('its time runs from the failure that tripped it', () => {
  const stalled = [
    tries(10, 12, 'm1'),
    tries(20, 22, 'm1', 2),
    breaker(30, 'closed', 'open'),
    breaker(123, 'open', 'half-open'),
  ]
  expect(examine(CLAUSE, stalled, { site: 'real' })).toMatchObject(fine(1))
})

test('a second trip starts the time anew', () => {
  const again = [
    breaker(122, 'open', 'half-open'),
    tries(122, 130, 'm2'),
    breaker(130, 'half-open', 'open'),
    breaker(200, 'open', 'half-open'),
  ]
  expect(examine(CLAUSE, [...TRIPPED, ...again])).toMatchObject({ occasions: 2, messages: EARLY })
})

test('a call long after the reset time must not be refused', () => {
  const refused = (at: number) => [publishes(at, 'm2'), fails(at, 'm2', OPEN)]
  expect(examine(CLAUSE, [...TRIPPED, ...refused(122)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...TRIPPED, ...refused(200)]).messages).toEqual([
    'the breaker of n1 refused m2, although its reset time was long over',
  ])
  expect(examine(CLAUSE, [...TRIPPED, ...refused(200)], { slack: 100 })).toMatchObject(fine(0))
})

test('a failure while it is open does not prolong it', () => {
  const prolonged = [begins(5, 'm9'), ...TRIPPED, ends(90, 'm9', 1, error('TIMEOUT'))]
  expect(examine(CLAUSE, [...prolonged, breaker(122, 'open', 'half-open')])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...prolonged, publishes(150, 'm2'), fails(150, 'm2', OPEN)]).messages).toEqual([
    'the breaker of n1 refused m2, although its reset time was long over',
  ])
})

test('a publish that was called before the trip is refused when it asks', () => {
  const waiting = (at: number) => [publishes(5, 'm3'), tries(5, 6, 'm3'), ...TRIPPED, fails(at, 'm3', OPEN)]
  expect(examine(CLAUSE, waiting(80))).toMatchObject(fine(0))
  expect(examine(CLAUSE, waiting(150)).messages).toHaveLength(1)
})

test('its time runs from the failure that tripped it, not from an end that came before the report', () => {
  const stalled = [tries(10, 12, 'm1'), begins(19, 'm8'), tries(20, 22, 'm1', 2), ends(29, 'm8')]
  expect(examine(CLAUSE, [...stalled, breaker(30, 'closed', 'open'), breaker(123, 'open', 'half-open')])).toMatchObject(
    fine(1),
  )
})

test('a message of a batch may have been refused long before all of the batch has settled', () => {
  const batch: Happening = [{ type: 'batch', at: 25, node: NODE, batch: 'b', ops: ['m2'] }]
  const refused = [publishes(25, 'm2'), fails(150, 'm2', OPEN)]
  expect(examine(CLAUSE, [...TRIPPED, batch, ...refused])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...TRIPPED, ...refused]).messages).toHaveLength(1)
})

test('a call that waited while others probed may be refused', () => {
  const happened = [publishes(200, 'm2'), breaker(200, 'open', 'half-open'), fails(201, 'm2', OPEN)]
  expect(examine(CLAUSE, [...TRIPPED, ...happened])).toMatchObject(fine(1))
})

test('a cut history tells what it knows', () => {
  expect(examine(CLAUSE, [...TRIPPED, breaker(30, 'open', 'half-open')], { complete: false }).messages).toEqual(EARLY)
})
