import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import {
  contentOf,
  deadLetters,
  end,
  fieldsOf,
  gets,
  type Happening,
  joins,
  publishes,
  reportsDeadLetter,
  stores,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'dead-letter/3'
const FAILED = [joins(0, 'c1'), takes(10, 'm1'), gets(12, 'c1', 'm1', { outcome: 'permanent' })]
const without = (field: string): Happening => {
  const fields = Object.fromEntries(Object.entries(fieldsOf('m1')).filter(([name]) => name !== field))
  return deadLetters(20, 'm1', {}, { fields })
}

test('content and fields as they should be', () => {
  expect(examine(CLAUSE, [...FAILED, deadLetters(20, 'm1')])).toMatchObject(fine(1))
  expect(
    examine(CLAUSE, [...FAILED, deadLetters(20, 'm1', { failure_timestamp: '2024-05-06T07:08:09+02:00' })]),
  ).toMatchObject(fine(1))
})

test.each(Object.keys(fieldsOf('m1')))('the field %s is missing', (field) => {
  const { messages, violations } = examine(CLAUSE, [...FAILED, without(field)])
  expect(messages).toEqual([`the dead letter of m1 has a wrong ${field}`])
  expect(violations[0]?.actual).toBe(`${field}: missing`)
})

test.each([
  ['original_topic', 'u'],
  ['failure_reason', ' '],
  ['failure_timestamp', 'yesterday'],
  ['failure_timestamp', '2024-13-40T07:08:09Z'],
  ['attempts', '0'],
  ['attempts', '1.5'],
  ['original_position', '-1'],
])('the field %s is %s', (field, value) => {
  expect(examine(CLAUSE, [...FAILED, deadLetters(20, 'm1', { [field]: value })]).messages).toEqual([
    `the dead letter of m1 has a wrong ${field}`,
  ])
})

test('it names a position where the message never lay', () => {
  const { messages, violations } = examine(CLAUSE, [...FAILED, deadLetters(20, 'm1', { original_position: '7' })])
  expect(messages).toEqual(['the dead letter of m1 has a wrong position'])
  expect(violations[0]).toMatchObject({ expected: 'position: t/0@1', actual: 'position: t/0@7' })
})

test('either copy of a message that was stored twice', () => {
  const copy = [stores(11, 'm1', { offset: 7 }), gets(13, 'c1', 'm1', { offset: 7, outcome: 'permanent' })]
  expect(examine(CLAUSE, [...FAILED, ...copy, deadLetters(20, 'm1', { original_position: '7' })])).toMatchObject(
    fine(1),
  )
})

test('a bus without positions has none to tell', () => {
  const { original_partition: _, original_position: __, ...fields } = fieldsOf('m1') as Record<string, string>
  expect(examine(CLAUSE, [publishes(10, 'm1'), deadLetters(20, 'm1', {}, { fields })])).toMatchObject(fine(1))
})

test.each(['key', 'value', 'headers'] as const)('another %s than was published', (part) => {
  const letter = deadLetters(20, 'm1', {}, { content: { ...contentOf('m1'), [part]: '"other"' } })
  expect(examine(CLAUSE, [...FAILED, letter]).messages).toEqual([`the dead letter of m1 has a wrong ${part}`])
})

test('the header that names the message is one of its headers', () => {
  expect(examine(CLAUSE, [...FAILED, deadLetters(20, 'm1', {}, { op: null })]).messages).toEqual([
    'the dead letter of the message at t.dlq/0@0 has a wrong headers',
  ])
})

test('only what a witness read is compared', () => {
  expect(examine(CLAUSE, [...FAILED, reportsDeadLetter(20, 'm1'), end(30)], { witness: 'none' })).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...FAILED, without('attempts')], { complete: false }).messages).toHaveLength(1)
})
