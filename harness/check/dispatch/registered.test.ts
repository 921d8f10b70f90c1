import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  deadLetters,
  drained,
  gets,
  type Happening,
  joins,
  publishes,
  registering,
  sealed,
  typed,
} from '../testing/story.case.ts'

const judged = (...happened: readonly Happening[]) =>
  examine('dispatch/1', [registering(['paid'], joins(0, 'c1')), ...happened], { claims: ALL_CLAIMS })

test('what was registered is handled, in each spelling', () => {
  expect(judged(...typed(10, 'm1', 'paid'), gets(20, 'c1', 'm1'), drained(100))).toMatchObject(fine(1))
  expect(judged(...typed(10, 'm1', 'PAID'), gets(20, 'c1', 'm1'), drained(100))).toMatchObject(fine(1))
})

test.each([
  ['another type', 'sent', 'EVENT', 'its type is not registered'],
  ['a type that nobody knows', 'Paid', 'EVENT', 'its type is not registered'],
  ['another category', 'paid', 'COMMAND', 'the topic does not carry its category'],
])('a handler got %s', (_, kind, category, why) => {
  const { messages } = judged(...typed(10, 'm1', kind, category), gets(20, 'c1', 'm1'), drained(100))
  expect(messages).toEqual([`the handler of c1 got m1, which has none in group g: ${why}`])
})

test('a handler got a type of another domain, although it registered it', () => {
  const all = [registering(['joined'], joins(0, 'c1')), ...typed(10, 'm1', 'joined'), gets(20, 'c1', 'm1')]
  expect(examine('dispatch/1', all, { claims: ALL_CLAIMS }).messages).toEqual([
    'the handler of c1 got m1, which has none in group g: its type belongs to a domain that the topic does not carry',
  ])
})

test('what was registered was skipped, as its type was spelled in another way', () => {
  const { messages, violations } = judged(...typed(10, 'm1', 'PAID'), drained(100))
  expect(messages).toEqual(['no handler of group g got m1, although it registered the type'])
  expect(violations[0]?.expected).toBe('m1 handled in g, in whichever spelling: its caller wrote "PAID"')
})

test('what was registered was dead-lettered as if it were not', () => {
  const letter = deadLetters(20, 'm1', { error_type: 'NO_HANDLER' })
  expect(judged(...typed(10, 'm1', 'paid'), letter, drained(100)).messages).toEqual([
    'm1 was dead-lettered in group g as NO_HANDLER, but has a handler there',
  ])
  const failed = [gets(15, 'c1', 'm1', { outcome: 'permanent' }), deadLetters(20, 'm1')]
  expect(judged(...typed(10, 'm1', 'paid'), ...failed, drained(100))).toMatchObject(fine(1))
})

test('a group that registers nothing gets everything, and is not judged', () => {
  const all = [joins(0, 'c1'), ...typed(10, 'm1', 'sent'), gets(20, 'c1', 'm1'), drained(100)]
  expect(examine('dispatch/1', all, { claims: ALL_CLAIMS })).toMatchObject(fine(0))
})

test('what was not acknowledged, or when nobody was there, is owed to nobody', () => {
  expect(judged(sealed(publishes(10, 'm1'), ['kind', 'paid'], ['category', 'EVENT']), drained(100))).toMatchObject(
    fine(0),
  )
  expect(judged(...typed(10, 'm1', 'paid'))).toMatchObject(fine(0))
})
