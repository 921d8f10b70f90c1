import { expect, test } from 'vitest'
import { createRandom } from '../../random.ts'
import { slopeOf, warm } from './slope.ts'

const HOUR = 3_600_000
const samples = (count: number, bytesAt: (hours: number, index: number) => number) =>
  Array.from({ length: count }, (_, index) => ({
    at: 7 * HOUR + index * (HOUR / 10),
    bytes: bytesAt(index / 10, index),
  }))

test('a line is told as it is', () => {
  expect(slopeOf(samples(5, (hours) => 1_000 + 50_000 * hours))).toEqual({ perHour: 50_000, plusMinus: 0 })
  expect(slopeOf(samples(50, (hours) => 9_000 - 300 * hours))).toEqual({ perHour: -300, plusMinus: 0 })
})

test('where nothing grows the slope is 0', () => {
  expect(slopeOf(samples(9, () => 5_000))).toEqual({ perHour: 0, plusMinus: 0 })
})

test('noise widens the interval, which still holds the slope', () => {
  const random = createRandom(1)
  const found = slopeOf(samples(200, (hours) => 1_000_000 + 5_000 * hours + 20_000 * (random() - 0.5)))
  expect(found?.plusMinus).toBeGreaterThan(100)
  expect(Math.abs((found?.perHour ?? 0) - 5_000)).toBeLessThan(found?.plusMinus ?? 0)
})

test('the interval is 1.96 standard errors', () => {
  const found = slopeOf(
    Array.from({ length: 6 }, (_, index) => ({ at: index * HOUR, bytes: index % 2 === 0 ? 1_000 : -1_000 })),
  )
  const slope = -3_000 / 17.5
  const rest = 6_000_000 - slope ** 2 * 17.5
  expect(found).toEqual({
    perHour: Math.round(slope),
    plusMinus: Math.round(1.96 * Math.sqrt(rest / 4 / 17.5)),
  })
})

test('what grew while it warmed up does not count', () => {
  const grown = samples(20, (hours, index) => (index < 5 ? 1_000 * index : 5_000 + 300 * hours))
  expect(slopeOf(warm(grown))).toEqual({ perHour: 300, plusMinus: 0 })
  expect(slopeOf(warm(samples(6, (hours) => hours)))).toBeNull()
  expect(slopeOf(warm(samples(7, (hours) => hours)))).not.toBeNull()
})

test('fewer than five samples, or all at one time, say nothing', () => {
  expect(slopeOf([])).toBeNull()
  expect(slopeOf(samples(4, (hours) => hours))).toBeNull()
  expect(slopeOf(samples(5, (hours) => hours))).not.toBeNull()
  expect(slopeOf(samples(9, (hours) => hours).map((one) => ({ ...one, at: 5 })))).toBeNull()
})
