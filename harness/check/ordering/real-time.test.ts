import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { acknowledges, fails, gets, joins, publishes, stores, takes } from '../testing/story.case.ts'

const CLAUSE = 'ordering/3'
const KEY = { key: 'k' }
const OTHER = { key: 'k', producer: 'p2' }
const PAIR = [joins(0, 'c1'), takes(10, 'm1', KEY), takes(20, 'm2', OTHER)]

test('delivered in the order of acknowledgement and publish', () => {
  expect(examine(CLAUSE, [...PAIR, gets(22, 'c1', 'm1', KEY), gets(23, 'c1', 'm2', KEY)])).toMatchObject(fine(1))
})

test('the one published later came first', () => {
  const { messages, violations } = examine(CLAUSE, [...PAIR, gets(22, 'c1', 'm2', KEY), gets(23, 'c1', 'm1', KEY)])
  expect(messages).toEqual([
    'm2 of p2 came before m1 of p1 in group g, but m1 was acknowledged before m2 was published with the same key "k" (real-time inversion)',
  ])
  expect(violations[0]).toMatchObject({ op: 'm2', at: 23, expected: 'm1 delivered before m2' })
})

test('an inversion is found behind another message of the later producer', () => {
  const happened = [
    takes(5, 'm0', OTHER),
    ...PAIR,
    gets(22, 'c1', 'm2', KEY),
    gets(23, 'c1', 'm0', KEY),
    gets(24, 'c1', 'm1', KEY),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject({
    occasions: 2,
    messages: [expect.stringContaining('m2 of p2 came before m1')],
  })
})

test('what was published before the acknowledgement may come first', () => {
  const happened = [
    joins(0, 'c1'),
    publishes(10, 'm1', KEY),
    takes(12, 'm2', OTHER),
    stores(14, 'm1', KEY),
    acknowledges(15, 'm1'),
    gets(16, 'c1', 'm2', KEY),
    gets(17, 'c1', 'm1', KEY),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(0))
})

test('what was not acknowledged precedes nothing', () => {
  const happened = [
    joins(0, 'c1'),
    publishes(10, 'm1', KEY),
    fails(15, 'm1'),
    takes(20, 'm2', OTHER),
    gets(22, 'c1', 'm2', KEY),
    gets(23, 'c1', 'm1', KEY),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(0))
})

test('other keys have no order among them, and one producer alone is the matter of another clause', () => {
  const swapped = [gets(22, 'c1', 'm2'), gets(23, 'c1', 'm1')]
  const first = [joins(0, 'c1'), takes(10, 'm1', KEY)]
  expect(examine(CLAUSE, [...first, takes(20, 'm2', { ...OTHER, key: 'l' }), ...swapped])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...first, takes(20, 'm2', KEY), ...swapped])).toMatchObject(fine(0))
})

test('a latest group that began between two copies of a message owes no order for it', () => {
  const happened = [
    takes(10, 'm1', KEY),
    joins(15, 'c1', { from: 'latest' }),
    takes(20, 'm2', OTHER),
    gets(22, 'c1', 'm2', KEY),
    gets(23, 'c1', 'm1', { ...KEY, offset: 7 }),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(0))
})

test('on real clocks two processes may be a millisecond apart', () => {
  const soon = [joins(0, 'c1'), takes(10, 'm1', KEY), takes(11.5, 'm2', OTHER)]
  const swapped = [gets(22, 'c1', 'm2', KEY), gets(23, 'c1', 'm1', KEY)]
  expect(examine(CLAUSE, [...soon, ...swapped], { site: 'real', witness: 'after' })).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...soon, ...swapped]).messages).toHaveLength(1)
})
