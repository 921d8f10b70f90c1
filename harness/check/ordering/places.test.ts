import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  acknowledges,
  begins,
  drained,
  end,
  ends,
  fault,
  gets,
  joins,
  publishes,
  REFUSED,
  stores,
  takes,
  tries,
} from '../testing/story.case.ts'

const CLAUSE = 'ordering/6'
const ONCE = [publishes(10, 'm1'), begins(10, 'm1'), ends(12, 'm1')]
const STORED = [...ONCE, stores(11, 'm1'), acknowledges(12, 'm1')]

test('the receipt and the deliveries name the place where the witness found it', () => {
  expect(examine(CLAUSE, [...STORED, gets(13, 'c1', 'm1'), drained(20)])).toMatchObject(fine(3))
  const late = [...ONCE, acknowledges(12, 'm1'), gets(13, 'c1', 'm1'), stores(90, 'm1'), end(91)]
  expect(examine(CLAUSE, late, { witness: 'after' })).toMatchObject(fine(3))
})

test('a receipt with another position', () => {
  const { messages, violations } = examine(CLAUSE, [...ONCE, stores(11, 'm1'), acknowledges(12, 'm1', 5)])
  expect(messages).toEqual(['the receipt of m1 names t/0@5, where it is not stored (inconsistent position)'])
  expect(violations[0]).toMatchObject({ op: 'm1', at: 12, expected: 't/0@1', actual: 't/0@5' })
})

test('a delivery with another position, which is that of another message', () => {
  const happened = [...STORED, takes(14, 'm2'), gets(16, 'c1', 'm2', { offset: 1 })]
  const { messages, violations } = examine(CLAUSE, happened)
  expect(messages).toEqual(['the delivery of m2 to c1 names t/0@1, where it is not stored (inconsistent position)'])
  expect(violations[0]?.actual).toBe('t/0@1, where m1 is stored')
})

test('what is delivered before its receipt, with a false position, does not make the place its own', () => {
  const happened = [
    joins(0, 'c1'),
    ...ONCE,
    gets(10.5, 'c1', 'm1', { offset: 9 }),
    stores(11, 'm1'),
    acknowledges(12, 'm1'),
  ]
  expect(examine(CLAUSE, happened).messages).toEqual([
    'the delivery of m1 to c1 names t/0@9, where it is not stored (inconsistent position)',
  ])
})

test('without a witness two messages at one place contradict each other', () => {
  const happened = [...ONCE, acknowledges(12, 'm1'), publishes(20, 'm2'), acknowledges(22, 'm2', 1)]
  expect(examine(CLAUSE, happened, { witness: 'none' }).messages).toEqual([
    'the receipt of m2 names t/0@1, where m1 is stored (inconsistent position)',
  ])
})

test('the witness finds two messages at one place', () => {
  const rewritten = [...STORED, publishes(20, 'm2'), stores(21, 'm2', { offset: 1 }), acknowledges(22, 'm2', 1)]
  const { messages, violations } = examine(CLAUSE, rewritten)
  expect(messages).toEqual(['m2 is stored at t/0@1, where m1 is stored too (inconsistent position)'])
  expect(violations[0]).toMatchObject({ op: 'm2', at: 21, actual: 'm1, and then m2' })
})

test('one message at two places, though it was tried once in calm', () => {
  expect(examine(CLAUSE, [...STORED, stores(13, 'm1', { offset: 2 })]).messages).toEqual([
    'm1 is stored at 2 positions, but its publish made one attempt and no fault was near (duplicate)',
  ])
  const told = [...ONCE, acknowledges(12, 'm1'), gets(13, 'c1', 'm1', { offset: 2 })]
  expect(examine(CLAUSE, told, { witness: 'none' }).messages).toEqual([
    'm1 is reported at 2 positions, but its publish made one attempt and no fault was near (duplicate)',
  ])
})

test.each([
  ['it was tried again', [tries(10, 10.5, 'm1', 1, REFUSED)]],
  ['a fault struck its publish', [fault(10, 12, 'publish')]],
])('one message at two places, when %s', (_name, happened) => {
  expect(examine(CLAUSE, [...STORED, ...happened, stores(13, 'm1', { offset: 2 })])).toMatchObject(fine(2))
})

test('an adapter that reports no attempts may have made several', () => {
  const happened = [publishes(10, 'm1'), stores(11, 'm1'), stores(11, 'm1', { offset: 2 }), acknowledges(12, 'm1')]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(2))
})

test('a bus that names no position is judged by what is stored', () => {
  const happened = [publishes(10, 'm1'), stores(11, 'm1'), publishes(20, 'm2'), stores(21, 'm2', { offset: 1 })]
  expect(examine(CLAUSE, happened)).toMatchObject({
    messages: ['m2 is stored at t/0@1, where m1 is stored too (inconsistent position)'],
  })
})

test('this clause covers neither a bus without positions nor a message that was not found', () => {
  const bare = acknowledges(12, 'm1').map((event) =>
    event.type === 'published' ? { type: event.type, at: 12, node: event.node, op: 'm1', status: event.status } : event,
  )
  expect(examine(CLAUSE, [...ONCE, bare])).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...ONCE, acknowledges(12, 'm1'), drained(20)])).toMatchObject(fine(1))
})
