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
  expect(messages).toEqual(['with nearly every bus that was opened and closed, more handlers are kept'])
  expect(violations[0]).toMatchObject({
    expected: 'no more handlers than before',
    actual: '25 handlers after cycle 25, 49 after cycle 49; more in 24 of 24 cycles',
    node: 'cycles-49',
  })
})

test('what grows as in four of five cycles is a leak, and by less none', () => {
  expect(examine(CLAUSE, [handlers(50, (index) => index - Math.floor(index / 6))]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [handlers(50, (index) => Math.floor(index * 0.7))])).toMatchObject(fine(1))
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
    'with nearly every bus that was opened and closed, more bytes are kept',
  ])
})

/** What garbage that is collected a cycle late adds in one cycle, and takes off in the next. */
const late = (index: number, every: number): number => (index % every === 1 ? 300_000 : 0)

test('memory of which the collector frees some a cycle late leaks by what it grows beside that', () => {
  const leaking = (every: number) => bytes(50, (index) => 262_144 * index + late(index, every))
  expect(examine(CLAUSE, [leaking(5)]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [leaking(4)]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [bytes(50, (index) => 20_000 * index + late(index, 2))])).toMatchObject(fine(1))
})

test('what comes and goes does not leak where it came last', () => {
  expect(examine(CLAUSE, [bytes(48, (index) => (index % 2) * 10_000_000)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [bytes(50, (index) => (index % 3) * 70_000)])).toMatchObject(fine(1))
})

test('few cycles say nothing, nor does a run without any', () => {
  expect(examine(CLAUSE, [handlers(18, (index) => index)])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [handlers(20, (index) => index)]).messages).toHaveLength(1)
  expect(examine(CLAUSE, [closes(10), closed(11), end(99)])).toMatchObject(fine(0))
})
