import { expect, test } from 'vitest'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import { deadLetters, gets, type Happening, publishes, sealed, stores } from '../testing/story.case.ts'

const TRACE = '1'.repeat(32)
const parent = (digit: string): readonly ['trace', string] => ['trace', `00-${TRACE}-${digit.repeat(16)}-01`]
const GIVEN = [['source', 'here'], ['urgency', 'LOW'], parent('2')] as const
const KEPT = [['source', 'here'], ['urgency', 'low'], parent('3')] as const

const judged = (...happened: readonly Happening[]) =>
  examine('envelope/1', [sealed(publishes(1, 'm1'), ...GIVEN), ...happened], { claims: ALL_CLAIMS })

test('what was given stays, a choice in its one spelling, a trace with another parent', () => {
  const all = [stores(2, 'm1'), gets(5, 'c1', 'm1'), deadLetters(9, 'm1')].map((one) => sealed(one, ...KEPT))
  expect(judged(...all)).toEqual({ ...fine(3), violations: [] })
})

test.each([
  ['gone', KEPT.slice(1), 'source', 'no source'],
  ['changed', [['source', 'there'], ...KEPT.slice(1)], 'source', 'source "there"'],
  ['there twice', [...KEPT, KEPT[0]], 'source', 'source "here" and "here"'],
  ['in the spelling that was given', [KEPT[0], ['urgency', 'LOW'], KEPT[2]], 'urgency', 'urgency "LOW"'],
] as const)('a field that is %s', (_, fields, name, actual) => {
  for (const [how, seen] of [
    ['stored', stores(2, 'm1')],
    ['delivered', gets(5, 'c1', 'm1')],
    ['dead-lettered', deadLetters(9, 'm1')],
  ] as const) {
    const { messages, violations } = judged(sealed(seen, ...fields))
    expect(messages).toEqual([`m1 lost its ${name} where it was ${how}`])
    expect(violations[0]).toMatchObject({ actual, op: 'm1' })
  }
})

test('another trace', () => {
  const other = ['trace', `00-${'9'.repeat(32)}-${'2'.repeat(16)}-01`] as const
  expect(judged(sealed(stores(2, 'm1'), KEPT[0], KEPT[1], other)).messages).toEqual([
    'm1 lost its trace where it was stored',
  ])
})

test('nothing is given, or nobody published it', () => {
  const bare = [publishes(1, 'm2'), stores(2, 'm2'), sealed(stores(3, 'm3'), ...KEPT)]
  expect(examine('envelope/1', bare, { claims: ALL_CLAIMS })).toMatchObject(fine(0))
})
