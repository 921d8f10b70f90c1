import { expect, test } from 'vitest'
import { isReliable } from './seeds.ts'

test('a mutant is caught reliably where at most one seed of twenty misses it, and no clause is wrong with any', () => {
  const hunted = (caught: number, of = 20, isWrong = false): boolean => isReliable({ caught, of, isWrong })
  expect(hunted(20)).toBe(true)
  expect(hunted(19)).toBe(true)
  expect(hunted(18)).toBe(false)
  expect(hunted(9, 10)).toBe(false)
  expect(hunted(20, 20, true)).toBe(false)
})
