import { expect, test } from 'vitest'
import { examine, fine } from '../testing/examine.case.ts'
import { deadLetters, exits, gets, type Happening, joins, takes } from '../testing/story.case.ts'

const CLAUSE = 'retry/6'
const TAKEN = [joins(0, 'c1'), takes(10, 'm1')]
const fails = (at: number, attempt = 1, consumer = 'c1', node = 'n1'): Happening =>
  gets(at, consumer, 'm1', { outcome: 'retryable', attempt, node })
const tells = (attempts: number): Happening => deadLetters(90, 'm1', { attempts: String(attempts) })
const WRONG = ['the dead letter of m1 states a wrong number of attempts']

test('the attempts that were made, of one tenure', () => {
  const happened = [...TAKEN, fails(12), fails(30, 2)]
  expect(examine(CLAUSE, [...happened, tells(2)]).messages).toEqual([])
  for (const other of [1, 3, 42]) {
    const { messages, violations } = examine(CLAUSE, [...happened, tells(other)])
    expect(messages).toEqual(WRONG)
    expect(violations[0]).toMatchObject({ expected: 'attempts: 2', actual: `attempts: ${other}` })
  }
})

test('after a change of members, those of the last member or of the group', () => {
  const happened = [...TAKEN, joins(1, 'c2'), fails(12), fails(30, 1, 'c2'), fails(50, 2, 'c2')]
  for (const either of [2, 3]) expect(examine(CLAUSE, [...happened, tells(either)]).messages).toEqual([])
  for (const neither of [1, 4]) expect(examine(CLAUSE, [...happened, tells(neither)]).messages).toEqual(WRONG)
})

test('a consumer that has the message again counts anew', () => {
  const happened = [...TAKEN, fails(12), fails(30), fails(50, 2)]
  for (const either of [2, 3]) expect(examine(CLAUSE, [...happened, tells(either)]).messages).toEqual([])
  expect(examine(CLAUSE, [...happened, tells(1)]).messages).toEqual(WRONG)
})

test('given up by two, either may have written it', () => {
  const happened = [...TAKEN, gets(12, 'c1', 'm1', { outcome: 'permanent' }), joins(20, 'c2'), fails(30, 1, 'c2')]
  const both = [...happened, fails(50, 2, 'c2')]
  for (const one of [1, 2, 3]) expect(examine(CLAUSE, [...both, tells(one)]).messages).toEqual([])
  expect(examine(CLAUSE, [...both, tells(4)]).messages).toEqual(WRONG)
})

test('one that was written too soon is held to what had happened by then: that it was too soon is told elsewhere', () => {
  const happened = [...TAKEN, fails(12), deadLetters(20, 'm1'), fails(30, 2)]
  expect(examine(CLAUSE, happened).messages).toEqual([])
  expect(examine(CLAUSE, happened, { witness: 'after' }).messages).toEqual(WRONG)
})

test('a call without a visible end may count', () => {
  const happened = [...TAKEN, gets(12, 'c1', 'm1', { until: null }), joins(20, 'c2'), fails(30, 1, 'c2')]
  const both = [...happened, fails(50, 2, 'c2')]
  for (const one of [2, 3]) expect(examine(CLAUSE, [...both, tells(one)]).messages).toEqual([])
  expect(examine(CLAUSE, [...both, tells(1)]).messages).toEqual(WRONG)
})

test('a process that ended, or a history that was cut, may lack calls', () => {
  const happened = [...TAKEN, fails(12), exits(13), joins(20, 'c2', { node: 'n2' }), fails(30, 1, 'c2', 'n2')]
  const lost = [...happened, fails(50, 2, 'c2', 'n2'), tells(1)]
  expect(examine(CLAUSE, lost, { witness: 'after' }).messages).toEqual([])
  expect(examine(CLAUSE, lost, { witness: 'live' }).messages).toEqual(WRONG)
  const cut = { witness: 'after', complete: false } as const
  expect(examine(CLAUSE, [...TAKEN, fails(12), fails(30, 2), tells(1)], cut).messages).toEqual([])
})

test('without the calls or the group there is nothing to compare', () => {
  expect(examine(CLAUSE, [...TAKEN, tells(7)]).messages).toEqual([])
})

test('a letter is an occasion, and one that tells no number is none', () => {
  const failed = [...TAKEN, gets(12, 'c1', 'm1', { outcome: 'permanent' })]
  expect(examine(CLAUSE, [...failed, tells(1)])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...failed, deadLetters(90, 'm1', { attempts: 'some' })])).toMatchObject(fine(0))
  expect(examine(CLAUSE, failed)).toMatchObject(fine(0))
})
