import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  contentOf,
  drained,
  fails,
  gets,
  joins,
  place,
  publishes,
  REFUSED,
  stores,
  TOPIC,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'delivery/2'

test('published messages may be delivered', () => {
  expect(examine(CLAUSE, [joins(0, 'c1'), takes(10, 'm1'), gets(12, 'c1', 'm1'), drained(100)])).toMatchObject(fine(1))
})

test('a delivery before the acknowledgement is none of nothing', () => {
  expect(examine(CLAUSE, [publishes(10, 'm1'), gets(11, 'c1', 'm1')])).toMatchObject(fine(1))
})

test('an unpublished message is a phantom', () => {
  expect(examine(CLAUSE, [gets(12, 'c1', 'm9')]).messages).toEqual([
    'm9 was delivered to c1, but it was never published (phantom)',
  ])
})

test('a message without an operation id is a phantom', () => {
  const nobody = {
    type: 'deliver',
    at: 5,
    node: 'n1',
    delivery: 'd',
    consumer: 'c1',
    group: 'g',
    op: null,
    topic: TOPIC,
    content: contentOf('x'),
    attempt: 1,
  } as const
  expect(examine(CLAUSE, [[nobody]]).messages).toEqual([
    'a message that carries no operation id was delivered to c1 (phantom)',
  ])
})

test('a publish that failed for certain is never delivered', () => {
  const { messages } = examine(CLAUSE, [publishes(10, 'm1'), gets(11, 'c1', 'm1'), fails(20, 'm1', REFUSED)])
  expect(messages).toEqual(['the publish of m1 failed with effect none, and yet it was delivered to c1 (aborted read)'])
})

test('nor is it stored', () => {
  const { messages } = examine(CLAUSE, [publishes(10, 'm1'), fails(20, 'm1', REFUSED), stores(30, 'm1')])
  expect(messages).toEqual(['the publish of m1 failed with effect none, and yet it was stored at t/0@1 (aborted read)'])
})

test('a failure of unknown effect may be delivered later', () => {
  expect(examine(CLAUSE, [publishes(10, 'm1'), fails(20, 'm1'), stores(30, 'm1'), gets(31, 'c1', 'm1')])).toMatchObject(
    fine(1),
  )
})

test("what the witness alone finds without an id may be somebody else's", () => {
  expect(
    examine(CLAUSE, [[{ type: 'stored', at: 1, op: null, position: place('m1'), content: contentOf('m1') }]]),
  ).toMatchObject(fine(0))
})

test('a cut history judges only publishes whose end it knows', () => {
  const unknown = [gets(12, 'c1', 'm9'), publishes(10, 'm1'), gets(11, 'c1', 'm1')]
  expect(examine(CLAUSE, unknown, { complete: false })).toMatchObject(fine(0))
  const known = [publishes(10, 'm1'), fails(11, 'm1', REFUSED), gets(12, 'c1', 'm1')]
  expect(examine(CLAUSE, known, { complete: false }).messages).toHaveLength(1)
})
