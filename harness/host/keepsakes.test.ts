import { expect, test } from 'vitest'
import { createKeepsakes, withSteadyMemory } from './keepsakes.ts'

/** What was made in this turn is kept to its end. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))

test('what nothing refers to is gone once it was weighed, and what something refers to is not', async () => {
  const keepsakes = createKeepsakes()
  const kept: object[] = []
  const make = (): void => {
    for (let index = 0; index < 10; index++) keepsakes.watch('things', { index })
    const one = { kept: true }
    kept.push(one)
    keepsakes.watch('kept', one)
  }
  make()
  await nextTurn()
  expect(keepsakes.weigh().alive).toEqual({ things: 0, kept: 1 })
  kept.length = 0
  await nextTurn()
  expect(keepsakes.weigh().alive).toEqual({ things: 0, kept: 0 })
})

test('memory that is held counts, in and outside the heap', async () => {
  const keepsakes = createKeepsakes()
  const before = keepsakes.weigh().bytes
  let held: unknown[] | null = [Buffer.alloc(4_000_000), Array.from({ length: 100_000 }, (_, index) => ({ index }))]
  expect(keepsakes.weigh().bytes - before).toBeGreaterThan(6_000_000)
  expect(held).toHaveLength(2)
  held = null
  keepsakes.weigh()
  // Buffers that were found to be garbage are freed, and counted off, in the background.
  await expect.poll(() => keepsakes.weigh().bytes - before).toBeLessThan(2_000_000)
})

test('weighed closely, buffers that are garbage do not count', () => {
  using _steady = withSteadyMemory()
  const keepsakes = createKeepsakes()
  const weigh = (): number => keepsakes.weighClosely().bytes
  // The first also finds what was left of all that happened before.
  const [, ...left] = Array.from({ length: 4 }, () => {
    for (let index = 0; index < 2_000; index++) Buffer.alloc(1_000)
    return weigh() - weigh()
  })
  expect(Math.max(...left)).toBeLessThan(1_000_000)
})
