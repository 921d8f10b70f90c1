import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { closed, closes, cycles, end } from '../testing/story.case.ts'

const CLAUSE = 'resources/8'
const series = (of: number, value: (index: number) => number) =>
  Array.from({ length: of / 2 }, (_, index) => value(index))
const handlers = (of: number, value: (index: number) => number) =>
  cycles(
    series(of, value).map((count) => ({ alive: { sites: 1, handlers: count } })),
    of,
  )
const bytes = (of: number, value: (index: number) => number) =>
  cycles(
    series(of, value).map((count) => ({ bytes: count })),
    of,
  )

test('nothing is kept, but what the last bus still needs', () => {
  expect(examine(CLAUSE, [handlers(50, () => 1), end(99)])).toMatchObject(fine(1))
})

test('one handler more with every bus', () => {
  const { messages, violations } = examine(CLAUSE, [handlers(50, (index) => 25 + index), end(99)])
  expect(messages).toEqual(['closed buses leak: nearly every cycle leaves one more handler alive'])
  expect(violations[0]).toMatchObject({
    expected: 'no more handlers alive from cycle to cycle',
    actual: '25 handlers alive after cycle 25, 49 after cycle 49',
    node: 'cycles-49',
  })
})

test('what grows in every other cycle, as one of two ways to close would have it, is a leak; what seldom does is none', () => {
  expect(examine(CLAUSE, [handlers(50, (index) => Math.floor(index / 2))]).messages).toEqual([
    'closed buses leak: about every other cycle leaves one more handler alive',
  ])
  for (const of of [20, 22, 25, 26, 50])
    for (const shift of [0, 1])
      expect(examine(CLAUSE, [handlers(of, (index) => Math.floor((index + shift) / 2))]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [bytes(50, (index) => 300_000 * Math.floor(index / 2))]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [handlers(50, (index) => Math.floor(index / 4))])).toMatchObject(fine(1))
})

test('what was kept early and never again, or came at once, is no leak', () => {
  const early = cycles(
    Array.from({ length: 50 }, (_, index) => ({ alive: { sites: Math.min(index, 25) } })),
    50,
  )
  expect(examine(CLAUSE, [early])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [handlers(50, (index) => (index < 12 ? 1 : 20))])).toMatchObject(fine(1))
})

test('memory may grow a little with every cycle, and much now and then', () => {
  expect(examine(CLAUSE, [bytes(50, (index) => 65_536 * index)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [bytes(50, (index) => (index % 2) * 10_000_000)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [bytes(50, (index) => 65_537 * index)]).messages).toEqual([
    'closed buses leak: on average a cycle leaves 65537 more bytes',
  ])
})

/** What garbage that is collected late adds to one weighing in so many. */
const late = (index: number, every: number): number => (index % every === 0 ? 500_000 : 0)

test('memory that is partly collected late leaks by the rest of its growth', () => {
  for (const every of [4, 5, 6, 24]) {
    expect(examine(CLAUSE, [bytes(50, (index) => 262_144 * index + late(index, every))]).messages).toHaveLength(1)
    expect(examine(CLAUSE, [bytes(50, (index) => 20_000 * index + late(index, every))])).toMatchObject(fine(1))
  }
  expect(examine(CLAUSE, [bytes(50, (index) => 70_000 * index + late(index, 25))]).messages).toHaveLength(1)
})

test('what is emptied when it is full is no leak, wherever the last weighing finds it', () => {
  for (const full of [2, 3, 5, 8, 12])
    for (const shift of [0, 1, 2, 3, 4, 5]) {
      expect(examine(CLAUSE, [handlers(50, (index) => 5 * ((index + shift) % full))])).toMatchObject(fine(1))
      expect(examine(CLAUSE, [bytes(25, (index) => 400_000 * ((index + shift) % Math.min(full, 5)))])).toMatchObject(
        fine(1),
      )
    }
})

test('few cycles say nothing, nor does a run without any', () => {
  expect(examine(CLAUSE, [handlers(18, (index) => index)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [handlers(20, (index) => index)]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [closes(10), closed(11), end(99)])).toMatchObject(fine(0))
})
