import { describe, expect, test } from 'vitest'
import type { Event } from '../event.ts'
import { judge } from '../judge.ts'
import { ALL_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine, headerOf } from '../testing/examine.case.ts'
import {
  commits,
  deadLetters,
  drained,
  gets,
  type Happening,
  joins,
  leaves,
  losesDisk,
  passesOver,
  place,
  publishes,
  reportsDeadLetter,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'delivery/14'
/** Joined, one message handled, the disk lost, and back at 60 ms. */
const before = [joins(0, 'c1'), takes(10, 'm1', { offset: 0 }), gets(12, 'c1', 'm1', { offset: 0 }), commits(13, 1)]
const begun = [...before, losesDisk(50, 60)]
const LOST = 'm2 was acknowledged after the system restarted without its disk, and group g never handled it'

test('what is published afterwards is handled, where another message had lain before', () => {
  const happened = [...begun, takes(70, 'm2', { offset: 0 }), gets(80, 'c1', 'm2', { offset: 0 }), drained(200)]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('a message that is never delivered is lost', () => {
  const { violations } = examine(CLAUSE, [...begun, takes(70, 'm2', { offset: 0 }), drained(200)])
  expect(violations).toMatchObject([
    { message: LOST, actual: 'it was never delivered to the group', op: 'm2', group: 'g' },
  ])
})

test('a message that is delivered, fails for good and has no dead letter is lost', () => {
  const fails = gets(80, 'c1', 'm2', { offset: 0, outcome: 'permanent' })
  const { violations } = examine(CLAUSE, [...begun, takes(70, 'm2', { offset: 0 }), fails, drained(200)])
  expect(violations).toMatchObject([{ message: LOST, actual: 'it was delivered to the group but not handled' }])
})

test('a dead letter settles it, the one of what had lain there before does not', () => {
  const fails = gets(80, 'c1', 'm2', { offset: 0, outcome: 'permanent' })
  const letter = (at: number, op: string) => [
    deadLetters(at, op, { original_position: '0' }),
    reportsDeadLetter(at + 1, op),
  ]
  const happened = [takes(70, 'm2', { offset: 0 }), fails]
  expect(examine(CLAUSE, [...begun, ...happened, ...letter(90, 'm2'), drained(200)])).toMatchObject(fine(1))
  const nameless = deadLetters(30, 'm1', { original_position: '0' }, { op: null })
  for (const of of [letter(30, 'm1'), [nameless]])
    expect(examine(CLAUSE, [...before, ...of, losesDisk(50, 60), ...happened, drained(200)]).messages).toEqual([LOST])
})

test('a dead letter does not belong to an unreadable record that had its position before', () => {
  const unreadable: Happening = [{ type: 'poison', at: 20, position: { ...place('m2'), offset: 0 }, value: '0x00ff' }]
  const fails = gets(80, 'c1', 'm2', { offset: 0, outcome: 'permanent' })
  const letter = [deadLetters(90, 'm2', { original_position: '0' }), reportsDeadLetter(91, 'm2')]
  const happened = [joins(0, 'c1'), unreadable, losesDisk(50, 60), takes(70, 'm2', { offset: 0 }), fails, ...letter]
  expect(examine(CLAUSE, [...happened, drained(200)], { claims: ALL_CLAIMS })).toMatchObject(fine(1))
})

test.each([
  ['nothing was lost', before],
  ['the system has not come back', [...before, losesDisk(50, null)]],
] as const)('there is no occasion where %s', (_, happened) => {
  expect(examine(CLAUSE, [...happened, takes(70, 'm2', { offset: 0 }), drained(200)])).toMatchObject(fine(0))
})

test.each<[string, readonly Happening[]]>([
  ['what was published before it came back', [takes(55, 'm2', { offset: 0 })]],
  ['what was not acknowledged', [publishes(70, 'm2')]],
  ['a group that subscribed afterwards', [joins(65, 'c2', { group: 'h' }), leaves(66, 'c1'), takes(70, 'm2')]],
  ['a group without a live member', [leaves(65, 'c1'), takes(70, 'm2', { offset: 0 })]],
])('nothing is owed of %s', (_, happened) => {
  expect(examine(CLAUSE, [...begun, ...happened, drained(200)])).toMatchObject(fine(0))
})

test('a group that begins at the latest message may begin behind it', () => {
  const latest = [joins(0, 'c1', { from: 'latest' }), losesDisk(50, 60), takes(70, 'm2', { offset: 0 }), drained(200)]
  expect(examine(CLAUSE, latest)).toMatchObject(fine(0))
})

test('what is published at the very moment at which it came back counts', () => {
  expect(examine(CLAUSE, [...begun, takes(60, 'm2', { offset: 0 }), drained(200)]).messages).toEqual([LOST])
})

test('the system that loses its disk twice owes what came after the second time', () => {
  const happened = [...begun, takes(70, 'm2', { offset: 0 }), losesDisk(80, 90), takes(95, 'm3', { offset: 0 })]
  expect(examine(CLAUSE, [...happened, gets(99, 'c1', 'm3', { offset: 0 }), drained(200)])).toMatchObject(fine(1))
})

test('passed over with reason is settled, whatever lay there before', () => {
  const pass = (at: number): Happening =>
    passesOver(at, 'm2', 'duplicate').map((event) => ({ ...event, position: { ...place('m2'), offset: 0 } }) as Event)
  const handled = gets(80, 'c1', 'm3', { offset: 1 })
  const happened = [takes(70, 'm2', { offset: 0, id: 'a' }), takes(71, 'm3', { offset: 1, id: 'a' }), handled]
  const claims = ALL_CLAIMS
  expect(examine(CLAUSE, [...begun, ...happened, pass(90), drained(200)], { claims })).toMatchObject(fine(2))
  // That what lay there before was passed over says nothing.
  const same = [joins(0, 'c1'), takes(10, 'm1', { offset: 0, id: 'a' }), gets(12, 'c1', 'm1', { offset: 0 })]
  const former = [...same, pass(40), losesDisk(50, 60), takes(70, 'm2', { offset: 0, id: 'a' })]
  expect(examine(CLAUSE, [...former, drained(200)], { claims }).messages).toEqual([LOST])
})

describe('the other clauses', () => {
  const header = headerOf({ claims: ALL_CLAIMS })
  const lost = [...before, takes(20, 'm9')].flat()

  test('say nothing of such a run, unless they hold without a disk', () => {
    const found = judge(header, [...lost, ...losesDisk(50, 60), ...drained(200)])
    expect(Object.keys(found)).toContain('delivery/14')
    expect(Object.keys(found)).toContain('breaker/1')
    expect(Object.keys(judge(header, [...lost, ...losesDisk(50, null), ...drained(200)]))).not.toContain('delivery/1')
    for (const clause of ['delivery/1', 'ordering/1', 'dead-letter/1', 'fail-fast/1', 'fail-fast/8', 'resources/3'])
      expect(Object.keys(found)).not.toContain(clause)
  })

  test('say it where nothing was lost', () => {
    expect(judge(header, [...lost, ...drained(200)])['delivery/1']?.violations).toMatchObject([{ op: 'm9' }])
  })
})
