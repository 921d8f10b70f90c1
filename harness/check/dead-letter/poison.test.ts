import { describe, expect, test } from 'vitest'
import { CHECKS } from '../list.ts'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  closes,
  commits,
  contentOf,
  deadLetters,
  drained,
  end,
  fault,
  fieldsOf,
  type Happening,
  joins,
  kills,
  phase,
  place,
  reportsDeadLetter,
  stalls,
  stands,
} from '../testing/story.case.ts'

const CLAUSE = 'dead-letter/5'
const judged = (happened: readonly Happening[], options = {}) => examine(CLAUSE, happened, options)

/** What cannot be read lies at offset 4. */
const lies = (at: number): Happening => [{ type: 'poison', at, position: place('x4'), value: '0x00ff' }]
const POISON = lies(100)
const content = { ...contentOf('x4'), value: '0x00ff' }
const letter = (at: number, fields: Readonly<Record<string, string>> = {}, changes = {}): Happening =>
  deadLetters(at, 'x4', fields, { op: null, content: { ...content, ...changes } })
const BEGUN = [joins(0, 'c1'), POISON]
const TAKEN = [...BEGUN, letter(110)]

describe('what cannot be read', () => {
  test('is dead-lettered in each group, then committed, and the group goes on', () => {
    expect(judged([...TAKEN, commits(112, 5), drained(500)])).toMatchObject(fine(1))
    const other = [joins(0, 'c2', { group: 'h' }), letter(115, { original_group: 'h' })]
    expect(judged([...TAKEN, ...other, commits(112, 5), drained(500)])).toMatchObject(fine(2))
  })
  test('is not dead-lettered, in a group that stands before it for ever', () => {
    const [violation] = judged([...BEGUN, commits(90, 4), drained(500)]).violations
    expect(violation).toMatchObject({
      message: 'g did not dead-letter the unreadable record at t/0@4 (dead letter missing)',
      actual: 'no dead letter; g has not moved past the record',
    })
  })
  test('is not dead-lettered, in a group whose members close then', () => {
    expect(judged([...BEGUN, commits(90, 4), drained(500), closes(500.25)]).messages).toHaveLength(1)
  })
  test('is dead-lettered, and another that cannot be read is not', () => {
    const other: Happening = [{ type: 'poison', at: 101, position: place('x5'), value: '0x01ff' }]
    expect(judged([...TAKEN, other, drained(500)]).messages).toEqual([
      'g did not dead-letter the unreadable record at t/0@5 (dead letter missing)',
    ])
  })
  test('is not dead-lettered, in a group that has dropped it', () => {
    const [violation] = judged([...BEGUN, commits(112, 5), drained(500)]).violations
    expect(violation).toMatchObject({
      group: 'g',
      at: 112,
      actual: 'no dead letter; g committed past the record at 112 ms',
    })
    // Whether anybody is left there or not.
    expect(judged([...BEGUN, commits(112, 5), kills(200), end(500)]).messages).toHaveLength(1)
  })
  test('is dead-lettered in one group only', () => {
    expect(judged([...TAKEN, joins(0, 'c2', { group: 'h' }), drained(500)]).messages).toEqual([
      'h did not dead-letter the unreadable record at t/0@4 (dead letter missing)',
    ])
  })
  test('is committed before its dead letter is accepted', () => {
    expect(judged([...BEGUN, commits(105, 5), letter(110), drained(500)]).messages).toEqual([
      'g committed past the unreadable record at t/0@4 before its dead letter was accepted (early commit)',
    ])
  })
  test.each([
    ['value', { value: '0xefbfbd' }],
    ['key', { key: '""' }],
  ])('is dead-lettered with another %s', (what, changes) => {
    expect(judged([...BEGUN, letter(110, {}, changes), drained(500)]).messages).toEqual([
      `the dead letter of the unreadable record at t/0@4 has a wrong ${what}`,
    ])
  })
  test('is dead-lettered without a reason; how often it was tried does not matter', () => {
    expect(judged([...BEGUN, letter(110, { failure_reason: '' }), drained(500)]).messages).toEqual([
      'the dead letter of the unreadable record at t/0@4 has a wrong failure_reason',
    ])
    const { original_group: _, ...fields } = fieldsOf('x4')
    const unnamed = deadLetters(110, 'x4', {}, { op: null, content, fields })
    expect(judged([...BEGUN, unnamed, drained(500)]).messages).toEqual([
      'the dead letter of the unreadable record at t/0@4 has a wrong original_group',
    ])
    expect(judged([...BEGUN, letter(110, { attempts: '0' }), drained(500)])).toMatchObject(fine(1))
  })
  test('has two dead letters in one group', () => {
    // Long after anybody has joined.
    const twice = [joins(0, 'c1'), lies(2_000), letter(2_010), letter(2_020)]
    const message = 'the unreadable record at t/0@4 has 2 dead letters in g (dead letter double)'
    expect(judged([...twice, drained(5_000)]).messages).toEqual([message])
    expect(judged([...twice, closes(2_030), drained(5_000)]).messages).toEqual([message])
    expect(judged([...twice, fault(1_990, 2_015, 'dead-letter'), drained(5_000)])).toMatchObject(fine(1))
    expect(judged([...twice, stalls(1_950, 2_015), drained(5_000)])).toMatchObject(fine(1))
    const after = [...twice, drained(5_000), closes(5_000)]
    expect(judged([...after, commits(2_012, 5)], { witness: 'after' }).messages).toEqual([message])
    expect(judged(after, { witness: 'after' })).toMatchObject(fine(1))
  })
})

describe('nothing is owed', () => {
  test('where all could be read', () => {
    expect(judged([joins(0, 'c1'), commits(112, 5), drained(500)])).toMatchObject(fine(0))
  })
  test('in a group that may have begun behind it', () => {
    expect(judged([joins(0, 'c1', { from: 'latest' }), POISON, commits(112, 5), drained(500)])).toMatchObject(fine(0))
  })
  test('in a group without members, or in which no member asked for the rest', () => {
    expect(judged([...BEGUN, kills(120), drained(500)])).toMatchObject(fine(0))
    expect(judged([...BEGUN, phase(300, 'heal'), phase(310, 'close'), end(320)])).toMatchObject(fine(0))
    expect(judged([...BEGUN, closes(120), drained(500)])).toMatchObject(fine(0))
  })
  test('by a bus that promises no more than to try once', () => {
    const claims = { ...STORY_CLAIMS, delivery: 'at-most-once' } as const
    expect(judged([...BEGUN, commits(112, 5), drained(500)], { claims })).toMatchObject(fine(0))
    expect(judged([...BEGUN, commits(105, 5), letter(110), drained(500)], { claims })).toMatchObject(fine(1))
  })
  test('in a history that is cut off', () => {
    expect(judged([...BEGUN, commits(112, 5), drained(500)], { complete: false })).toMatchObject(fine(0))
  })
})

describe('where the witness reads after the run', () => {
  const after = { witness: 'after' } as const
  const found = [...BEGUN, letter(900)]
  test('what the adapter tells says when the dead letter was taken, also before it is known what lies there', () => {
    const told = reportsDeadLetter(110, 'x4')
    expect(judged([joins(0, 'c1'), lies(113), letter(900), told, commits(112, 5), drained(500)], after)).toMatchObject(
      fine(1),
    )
    const late = [...found, commits(105, 5), reportsDeadLetter(110, 'x4'), drained(500)]
    expect(judged(late, after).messages).toHaveLength(1)
    const again = [...found, told, reportsDeadLetter(120, 'x4'), commits(112, 5), drained(500)]
    expect(judged(again, after)).toMatchObject(fine(1))
  })
  test('the outcome is unknown if the adapter reports nothing', () => {
    expect(judged([...found, commits(105, 5), drained(500)], after)).toMatchObject(fine(1))
  })
  test('another group reports its own', () => {
    const other = [...found, reportsDeadLetter(101, 'x4', 'h'), reportsDeadLetter(110, 'x4'), commits(105, 5)]
    expect(judged([...other, drained(500)], after).messages).toHaveLength(1)
  })
  test('the clocks of two processes may differ by a little', () => {
    const real = { ...after, site: 'real' } as const
    const seen = [...found, stands(109.5, 5), reportsDeadLetter(110, 'x4'), drained(500)]
    expect(judged(seen, real)).toMatchObject(fine(1))
    const early = [...found, stands(108.5, 5), reportsDeadLetter(110, 'x4'), drained(500)]
    expect(judged(early, real).messages).toHaveLength(1)
  })
})

test('no other clause is asked about it or its dead letter', () => {
  const calm = [joins(0, 'c1'), commits(112, 5), drained(500)]
  for (const clause of CHECKS.map((check) => check.clause).filter((name) => name !== CLAUSE))
    expect(examine(clause, [...calm, POISON, letter(110)])).toEqual(examine(clause, calm))
})
test('the dead letter of something else is not taken for its own', () => {
  expect(judged([...BEGUN, letter(110, { original_position: '5' }), drained(500)]).messages).toHaveLength(1)
  expect(judged([...BEGUN, letter(110, { original_position: 'x' }), drained(500)]).messages).toHaveLength(1)
})
