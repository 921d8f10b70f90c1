import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { deadLetters, drained, fault, gets, type Happening, joins, registering, typed } from '../testing/story.case.ts'

const judged = (...happened: readonly Happening[]) =>
  examine('dispatch/2', [registering(['paid', 'joined'], joins(0, 'c1')), ...happened], { claims: ALL_CLAIMS })
const letter = (error_type: string, at = 1_020) => deadLetters(at, 'm1', { error_type })

test.each([
  ['a type that the group did not register', 'sent', 'EVENT', 'NO_HANDLER'],
  ['no type', null, 'EVENT', 'NO_HANDLER'],
  ['a type of another domain', 'joined', 'EVENT', 'FOREIGN'],
  ['a category that the topic does not carry', 'paid', 'COMMAND', 'CATEGORY'],
  ['the first of two reasons', 'sent', 'COMMAND', 'NO_HANDLER'],
  ['the second of two reasons', 'sent', 'COMMAND', 'CATEGORY'],
])('is dead-lettered once: %s', (_, kind, category, reason) => {
  expect(judged(...typed(1_000, 'm1', kind, category), letter(reason), drained(3_000))).toMatchObject(fine(1))
})

test('it is dropped', () => {
  expect(judged(...typed(1_000, 'm1', 'sent'), drained(3_000)).messages).toEqual([
    'm1 was dropped in group g, where it has no handler: its type is not registered',
  ])
})

test.each([
  ['another reason', letter('FOREIGN'), 'error_type: FOREIGN'],
  ['no reason', deadLetters(1_020, 'm1'), 'error_type: Error'],
])('its dead letter has %s', (_, told, actual) => {
  const { messages, violations } = judged(...typed(1_000, 'm1', 'sent'), told, drained(3_000))
  expect(messages).toEqual(['the dead letter of m1 in group g does not say that its type is not registered'])
  expect(violations[0]).toMatchObject({ expected: 'error_type: NO_HANDLER', actual })
})

test('it is dead-lettered twice, which only a redelivery explains', () => {
  const twice = [...typed(1_000, 'm1', 'sent'), letter('NO_HANDLER'), letter('NO_HANDLER', 1_025), drained(3_000)]
  expect(judged(...twice).messages).toEqual(['m1, which has no handler in group g, has 2 dead letters there'])
  expect(judged(...twice, fault(1_010, 1_030, 'consume'))).toMatchObject(fine(1))
})

test('a handler that got it is judged elsewhere, and what has a handler is not judged', () => {
  expect(judged(...typed(1_000, 'm1', 'sent'), gets(1_020, 'c1', 'm1'), drained(3_000))).toMatchObject(fine(0))
  expect(judged(...typed(1_000, 'm1', 'paid'), drained(3_000))).toMatchObject(fine(0))
  expect(judged(...typed(1_000, 'm1', 'sent'))).toMatchObject(fine(0))
})
