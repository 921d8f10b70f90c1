import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { acknowledges, exits, fails, gets, joins, publishes, stores, takes } from '../testing/story.case.ts'

const CLAUSE = 'ordering/1'
const KEY = { key: 'k' }
const PAIR = [joins(0, 'c1'), takes(10, 'm1', KEY), takes(20, 'm2', KEY)]

test('delivered as they were sent', () => {
  expect(examine(CLAUSE, [...PAIR, gets(22, 'c1', 'm1', KEY), gets(23, 'c1', 'm2', KEY)])).toMatchObject(fine(1))
})

test('the later one overtook the earlier one', () => {
  const { messages } = examine(CLAUSE, [...PAIR, gets(22, 'c1', 'm2', KEY), gets(23, 'c1', 'm1', KEY)])
  expect(messages).toEqual(['m2 overtook m1 in group g: p1 sent both with key "k", m1 first (overtaking redelivery)'])
})

test('stored in another order than sent, it was the order of sending that was lost', () => {
  const happened = [joins(0, 'c1'), takes(10, 'm1', { ...KEY, offset: 9 }), takes(20, 'm2', { ...KEY, offset: 8 })]
  const given = [gets(22, 'c1', 'm2', { ...KEY, offset: 8 }), gets(23, 'c1', 'm1', { ...KEY, offset: 9 })]
  expect(examine(CLAUSE, [...happened, ...given]).messages).toEqual([
    'm2 overtook m1 in group g: p1 sent both with key "k", m1 first (send order)',
  ])
})

test('one that is overtaken by many is told once for each of them', () => {
  const happened = [
    ...PAIR,
    takes(30, 'm3', KEY),
    gets(32, 'c1', 'm3', KEY),
    gets(33, 'c1', 'm1', KEY),
    gets(34, 'c1', 'm2', KEY),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject({
    occasions: 2,
    messages: [expect.stringContaining('m3 overtook m2')],
  })
})

test('a redelivery may repeat', () => {
  const happened = [
    gets(22, 'c1', 'm1', KEY),
    gets(23, 'c1', 'm2', KEY),
    exits(24),
    joins(30, 'c2'),
    gets(31, 'c2', 'm1', KEY),
    gets(32, 'c2', 'm2', KEY),
  ]
  expect(examine(CLAUSE, [...PAIR, ...happened])).toMatchObject(fine(1))
})

test('a lost acknowledgement and a retry make a late copy, which is not the first', () => {
  const happened = [
    joins(0, 'c1'),
    publishes(10, 'm1', KEY),
    stores(11, 'm1', KEY),
    publishes(12, 'm2', KEY),
    acknowledges(40, 'm1', 7),
    acknowledges(50, 'm2'),
    gets(12, 'c1', 'm1', KEY),
    gets(50, 'c1', 'm2', KEY),
    gets(51, 'c1', 'm1', { ...KEY, offset: 7 }),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('what was not acknowledged has no place in the order', () => {
  const happened = [
    joins(0, 'c1'),
    publishes(10, 'm1', KEY),
    fails(15, 'm1'),
    takes(20, 'm2', KEY),
    gets(22, 'c1', 'm2', KEY),
    gets(23, 'c1', 'm1', KEY),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(0))
})

test('other keys, other producers and messages without a key have no order among them', () => {
  const swapped = [gets(22, 'c1', 'm2'), gets(23, 'c1', 'm1')]
  const none = { occasions: 0, messages: [] }
  expect(
    examine(CLAUSE, [joins(0, 'c1'), takes(10, 'm1', KEY), takes(20, 'm2', { key: 'l' }), ...swapped]),
  ).toMatchObject(none)
  expect(
    examine(CLAUSE, [joins(0, 'c1'), takes(10, 'm1', KEY), takes(20, 'm2', { ...KEY, producer: 'p2' }), ...swapped]),
  ).toMatchObject(none)
  expect(examine(CLAUSE, [joins(0, 'c1'), takes(10, 'm1'), takes(20, 'm2'), ...swapped])).toMatchObject(none)
})

test('a latest group that began between two copies of a message owes no order for it', () => {
  const happened = [
    takes(10, 'm1', KEY),
    joins(15, 'c1', { from: 'latest' }),
    takes(20, 'm2', KEY),
    gets(22, 'c1', 'm2', KEY),
    gets(23, 'c1', 'm1', { ...KEY, offset: 7 }),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(0))
})

test('each group is judged by itself', () => {
  const happened = [
    ...PAIR,
    joins(0, 'c2', { group: 'h' }),
    gets(22, 'c1', 'm1', KEY),
    gets(23, 'c1', 'm2', KEY),
    gets(24, 'c2', 'm2', { ...KEY, group: 'h' }),
    gets(25, 'c2', 'm1', { ...KEY, group: 'h' }),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject({ occasions: 2, messages: [expect.stringContaining('in group h')] })
})

test('a cut history tells what it knows', () => {
  expect(
    examine(CLAUSE, [...PAIR, gets(22, 'c1', 'm2', KEY), gets(23, 'c1', 'm1', KEY)], { complete: false }).messages,
  ).toHaveLength(1)
})
