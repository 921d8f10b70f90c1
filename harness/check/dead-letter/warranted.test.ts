import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { deadLetters, exits, fault, gets, joins, reportsDeadLetter, takes } from '../testing/story.case.ts'

const CLAUSE = 'dead-letter/2'
const TAKEN = [joins(0, 'c1'), takes(1_000, 'm1')]
const again = (at: number, attempt = 1, consumer = 'c1') => gets(at, consumer, 'm1', { outcome: 'retryable', attempt })
const UNDUE = ['m1 has a dead letter for group g, but its handling had not failed for good (dead letter orphan)']

test('a dead letter after the last attempt, or after a permanent error', () => {
  expect(examine(CLAUSE, [...TAKEN, again(1_010), again(1_020, 2), deadLetters(1_030, 'm1')])).toMatchObject(fine(1))
  expect(
    examine(CLAUSE, [...TAKEN, gets(1_010, 'c1', 'm1', { outcome: 'permanent' }), deadLetters(1_030, 'm1')]),
  ).toMatchObject(fine(1))
})

test('attempts of several members count together', () => {
  const happened = [
    ...TAKEN,
    again(1_010),
    exits(1_011),
    joins(1_400, 'c2'),
    again(1_410, 1, 'c2'),
    deadLetters(1_420, 'm1'),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('a dead letter after the first of two attempts, after a success, or of what was never delivered', () => {
  expect(examine(CLAUSE, [...TAKEN, again(1_010), deadLetters(1_011, 'm1')]).messages).toEqual(UNDUE)
  expect(examine(CLAUSE, [...TAKEN, gets(1_010, 'c1', 'm1'), deadLetters(1_011, 'm1')]).messages).toEqual(UNDUE)
  expect(examine(CLAUSE, [...TAKEN, deadLetters(1_011, 'm1')]).violations[0]?.actual).toBe(
    'it was never delivered to the group',
  )
})

test('a dead letter before the last attempt was rejected: seen live, not afterwards', () => {
  const happened = [...TAKEN, again(1_010), deadLetters(1_011, 'm1'), again(1_020, 2)]
  expect(examine(CLAUSE, happened).messages).toEqual(UNDUE)
  expect(examine(CLAUSE, happened, { witness: 'after' })).toMatchObject(fine(1))
})

test('the failure of another group is no reason', () => {
  const happened = [...TAKEN, gets(1_010, 'c9', 'm1', { group: 'h', outcome: 'permanent' }), deadLetters(1_011, 'm1')]
  expect(examine(CLAUSE, happened).messages).toEqual(UNDUE)
})

test('a dead letter that does not tell its group is held to any', () => {
  const { original_group: _, ...fields } = { original_group: 'g', original_topic: 't' }
  const letter = deadLetters(1_011, 'm1', {}, { fields })
  expect(examine(CLAUSE, [...TAKEN, gets(1_010, 'c1', 'm1', { outcome: 'permanent' }), letter])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...TAKEN, letter]).messages).toEqual([
    'm1 has a dead letter, but its handling had not failed for good (dead letter orphan)',
  ])
})

test('both handled and dead-lettered in calm', () => {
  const happened = [...TAKEN, again(1_010), again(1_020, 2), deadLetters(1_021, 'm1'), gets(1_040, 'c1', 'm1')]
  expect(examine(CLAUSE, happened).messages).toEqual([
    'm1 was both handled and dead-lettered for group g without a fault (dead letter orphan)',
  ])
})

test.each([
  ['its commit was lost with its process', [exits(1_022), joins(1_400, 'd1')]],
  ['the network failed', [fault(1_021, 1_060, 'consume')]],
  ['the acknowledgement of the dead letter was lost', [fault(1_020, 1_060, 'dead-letter')]],
  ['it was stored twice', [takes(1_001, 'm1', { offset: 2 })]],
])('both, when %s', (_name, happened) => {
  const both = [...TAKEN, again(1_010), again(1_020, 2), deadLetters(1_021, 'm1'), gets(1_450, 'd1', 'm1')]
  expect(examine(CLAUSE, [...both, ...happened])).toMatchObject(fine(1))
})

test("without a witness the adapter's own report is judged", () => {
  const happened = [...TAKEN, gets(1_010, 'c1', 'm1'), reportsDeadLetter(1_011, 'm1')]
  expect(examine(CLAUSE, happened, { witness: 'none' }).messages).toEqual(UNDUE)
  expect(examine(CLAUSE, happened)).toMatchObject(fine(0))
})

test('a cut history of several processes may lack the failure', () => {
  const happened = [...TAKEN, deadLetters(1_011, 'm1')]
  expect(examine(CLAUSE, happened, { complete: false, witness: 'after' })).toMatchObject(fine(0))
  expect(examine(CLAUSE, happened, { complete: false }).messages).toEqual(UNDUE)
})
