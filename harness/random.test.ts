import { expect, test } from 'vitest'
import { between, createRandom, deriveSeed, hashString, pick } from './random.ts'

const draw = (seed: number, count: number): number[] => {
  const random = createRandom(seed)
  return Array.from({ length: count }, random)
}

test('random numbers are the same for one seed and differ for its neighbour', () => {
  expect(draw(1, 5)).toEqual(draw(1, 5))
  expect(draw(1, 5)).not.toEqual(draw(2, 5))
})

test('random numbers fill [0, 1) evenly', () => {
  const tenths = new Array<number>(10).fill(0)
  for (const value of draw(42, 10_000)) tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1
  expect(tenths).toHaveLength(10)
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150)
})

test('first numbers of neighbouring seeds are spread too', () => {
  const firsts = Array.from({ length: 1000 }, (_, seed) => createRandom(seed)())
  const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.04)
})

test('hashes are the published FNV-1a values', () => {
  expect(hashString('')).toBe(0x811c9dc5)
  expect(hashString('a')).toBe(0xe40c292c)
  expect(hashString('foobar')).toBe(0xbf9cf968)
})

test('seeds derived under several names differ', () => {
  expect(new Set([deriveSeed(1), deriveSeed(1, 2), deriveSeed(1, 'a'), deriveSeed(12)]).size).toBe(4)
})

test('between includes both ends, and pick takes any value but none from nothing', () => {
  const random = createRandom(3)
  expect(new Set(Array.from({ length: 100 }, () => between(random, 1, 3)))).toEqual(new Set([1, 2, 3]))
  expect(new Set(Array.from({ length: 100 }, () => pick(random, ['a', 'b'])))).toEqual(new Set(['a', 'b']))
  expect(() => pick(random, [])).toThrow(RangeError)
})
