import { describe, expect, test } from 'vitest'
import { claimsWithout } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  acknowledges,
  commits,
  deadLetters,
  drained,
  error,
  exits,
  fails,
  fault,
  gets,
  gives,
  joins,
  keeps,
  leaves,
  publishes,
  receives,
  reportsDeadLetter,
  stores,
  takes,
  writes,
} from '../testing/story.case.ts'

const CLAUSE = 'delivery/1'

test('a message that was handled is not lost', () => {
  const happened = [joins(0, 'c1'), takes(10, 'm1'), gets(12, 'c1', 'm1'), commits(13, 2), drained(100)]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('each group that was entitled counts', () => {
  const happened = [joins(0, 'c1'), joins(0, 'c2', { group: 'h' }), takes(10, 'm1'), gets(12, 'c1', 'm1'), drained(100)]
  const { occasions, messages } = examine(CLAUSE, happened)
  expect(occasions).toBe(2)
  expect(messages).toEqual([
    'm1 was acknowledged and is lost to group h: it was stored but never delivered to the group (unseen, with everything that p1 sent to t)',
  ])
})

test('without an acknowledged message there is no occasion', () => {
  expect(examine(CLAUSE, [joins(0, 'c1'), publishes(10, 'm1'), fails(12, 'm1'), drained(100)])).toMatchObject(fine(0))
})

test('an acknowledged message that the broker never had is lost before it', () => {
  const happened = [joins(0, 'c1'), publishes(10, 'm1'), acknowledges(11, 'm1'), drained(100)]
  expect(examine(CLAUSE, happened).messages[0]).toContain('it never reached the broker')
})

test('one that reached the broker, and that the broker never stored, is told apart', () => {
  const happened = [joins(0, 'c1'), publishes(10, 'm1'), receives(10.5, 'm1'), acknowledges(11, 'm1'), drained(100)]
  expect(examine(CLAUSE, happened).messages[0]).toContain('it reached the broker but was never stored')
})

test('without a witness another group shows that it was stored', () => {
  const happened = [joins(0, 'c1'), joins(0, 'c2', { group: 'h' }), publishes(10, 'm1'), acknowledges(11, 'm1')]
  const unseen = examine(CLAUSE, [...happened, drained(100)], { witness: 'none' }).messages
  expect(unseen.map((message) => message.includes('it was never delivered to the group'))).toEqual([true, true])
  const shown = [...happened, gets(12, 'c1', 'm1'), drained(100)]
  expect(examine(CLAUSE, shown, { witness: 'none' }).messages).toEqual([
    expect.stringContaining('it was stored but never delivered to the group, as group g shows'),
  ])
})

test.each([
  ['m1', 'lost write, lost prefix'],
  ['m2', 'lost write, lost middle'],
  ['m3', 'unseen, lost postfix'],
])('of three messages that one producer sent, %s is lost: %s', (lost, what) => {
  const happened = ['m1', 'm2', 'm3'].flatMap((op, index) => [
    takes(10 + 10 * index, op),
    ...(op === lost ? [] : [gets(50 + index, 'c1', op)]),
  ])
  // What another producer sent, and what failed, has no part in the sequence.
  const others = [takes(5, 'm4', { producer: 'p2', offset: 0 }), gets(6, 'c1', 'm4', { offset: 0 })]
  const failed = [publishes(70, 'm5'), stores(71, 'm5'), fails(72, 'm5'), gets(73, 'c1', 'm5')]
  const { messages } = examine(CLAUSE, [joins(0, 'c1'), ...others, ...happened, drained(100)])
  expect(messages).toEqual([
    `${lost} was acknowledged and is lost to group g: it was stored but never delivered to the group (${what} of what p1 sent to t)`,
  ])
  const later = examine(CLAUSE, [joins(0, 'c1'), ...others, ...happened, ...failed, drained(100)])
  expect(later.messages[0]).toContain(`lost write, ${what.split(', ')[1]}`)
})

test('a message whose handler rejected it to the end without a dead letter is lost', () => {
  const happened = [joins(0, 'c1'), takes(10, 'm1'), gets(12, 'c1', 'm1', { outcome: 'permanent' }), drained(100)]
  expect(examine(CLAUSE, happened).messages[0]).toContain(
    'its handler rejected it 1 time, and no dead letter was stored',
  )
})

test('a handler that never ended is told apart', () => {
  const happened = [joins(0, 'c1'), takes(10, 'm1'), gets(12, 'c1', 'm1', { until: null }), drained(100)]
  expect(examine(CLAUSE, happened).messages[0]).toContain('it was delivered to c1, whose handler never ended')
})

test('a dead letter accounts for it', () => {
  const happened = [
    joins(0, 'c1'),
    takes(10, 'm1'),
    gets(12, 'c1', 'm1', { outcome: 'permanent' }),
    deadLetters(14, 'm1'),
    drained(100),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('a dead letter of another group does not', () => {
  const happened = [joins(0, 'c1'), takes(10, 'm1'), deadLetters(14, 'm1', { original_group: 'h' }), drained(100)]
  expect(examine(CLAUSE, happened).messages).toHaveLength(1)
})

test('without a witness the adapter is believed about dead letters', () => {
  const happened = [joins(0, 'c1'), takes(10, 'm1'), gets(12, 'c1', 'm1', { outcome: 'permanent' }), drained(100)]
  const reported = [...happened, reportsDeadLetter(14, 'm1')]
  expect(examine(CLAUSE, reported, { witness: 'none' })).toMatchObject(fine(1))
  expect(examine(CLAUSE, reported, { witness: 'after' }).messages).toHaveLength(1)
})

test.each(['acknowledged', 'queued'] as const)(
  'the event of a row, which was %s, is owed to its groups too',
  (event) => {
    const kept = [joins(0, 'c1'), writes(10, 'm1'), keeps(11, 'm1', event), stores(12, 'm1')]
    expect(examine(CLAUSE, [...kept, gets(14, 'c1', 'm1'), drained(100)])).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...kept, drained(100)]).messages).toHaveLength(1)
  },
)

test('an unpublished event of a row, or of none, is owed to no group', () => {
  const failed = [joins(0, 'c1'), writes(10, 'm1'), keeps(11, 'm1', 'failed', error('REFUSED')), drained(100)]
  expect(examine(CLAUSE, failed)).toMatchObject(fine(0))
  const refused = [joins(0, 'c1'), writes(10, 'm1'), gives(11, 'm1', error('REFUSED')), drained(100)]
  expect(examine(CLAUSE, refused)).toMatchObject(fine(0))
})

describe('a bus without dead letters', () => {
  const once = (outcome: 'permanent' | 'retryable') => [
    joins(0, 'c1'),
    takes(10, 'm1'),
    gets(12, 'c1', 'm1', { outcome }),
    drained(100),
  ]
  const claims = claimsWithout('deadLetter')

  test('has nowhere else to put what failed for good', () => {
    expect(examine(CLAUSE, once('permanent'), { claims })).toMatchObject(fine(1))
  })

  test('owes another try where the handling claims one, or claims nothing', () => {
    expect(examine(CLAUSE, once('retryable'), { claims }).messages).toHaveLength(1)
    const { handling: _handling, ...forEver } = claims
    expect(examine(CLAUSE, once('retryable'), { claims: forEver }).messages).toHaveLength(1)
  })

  test('may count the tries of all members of a group together', () => {
    const together = (retries: number) =>
      examine(
        CLAUSE,
        [
          ...once('retryable').slice(0, -1),
          joins(15, 'c2'),
          gets(40, 'c2', 'm1', { outcome: 'retryable' }),
          drained(100),
        ],
        { claims: { ...claims, ...(claims.handling && { handling: { ...claims.handling, retries } }) } },
      )
    expect(together(1)).toMatchObject(fine(1))
    expect(together(2).messages).toHaveLength(1)
  })

  test('owes no more tries than claimed, and none where nothing is delivered twice', () => {
    const again = [gets(40, 'c1', 'm1', { attempt: 2, outcome: 'retryable' }), drained(100)]
    expect(examine(CLAUSE, [...once('retryable').slice(0, -1), ...again], { claims })).toMatchObject(fine(1))
    expect(examine(CLAUSE, once('retryable'), { claims: { ...claims, delivery: 'at-most-once' } })).toMatchObject(
      fine(1),
    )
  })
})

test('a redelivery to a fresh member in the drain is soon enough', () => {
  const happened = [
    joins(0, 'c1'),
    takes(10, 'm1'),
    gets(12, 'c1', 'm1', { until: null }),
    exits(20),
    joins(150, 'd1', { node: 'n2' }),
    gets(160, 'd1', 'm1', { node: 'n2' }),
    drained(200),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(1))
})

test('a lost acknowledgement and a retry make two copies, and one is enough', () => {
  const happened = [
    joins(0, 'c1'),
    fault(9, 15, 'publish'),
    publishes(10, 'm1'),
    takes(10, 'm2'),
    acknowledges(30, 'm1', 5),
    gets(31, 'c1', 'm1', { offset: 5 }),
    gets(32, 'c1', 'm1', { offset: 6 }),
    gets(33, 'c1', 'm2'),
    drained(100),
  ]
  expect(examine(CLAUSE, happened)).toMatchObject(fine(2))
})

test('a message may be pending where the group has no live member', () => {
  expect(examine(CLAUSE, [joins(0, 'c1'), takes(10, 'm1'), leaves(11, 'c1'), drained(100)])).toMatchObject(fine(0))
})

test('a latest group is entitled to what follows its first subscription, not to what came before', () => {
  const before = [takes(10, 'm1'), joins(20, 'c1', { from: 'latest' }), drained(100)]
  const during = [joins(9, 'c1', { from: 'latest', takes: 5 }), takes(10, 'm1'), drained(100)]
  const after = [joins(0, 'c1', { from: 'latest' }), takes(10, 'm1'), drained(100)]
  expect(examine(CLAUSE, before)).toMatchObject(fine(0))
  expect(examine(CLAUSE, during)).toMatchObject(fine(0))
  expect(examine(CLAUSE, after).messages).toHaveLength(1)
})

test('an earliest group is entitled to everything', () => {
  expect(examine(CLAUSE, [takes(10, 'm1'), joins(20, 'c1'), drained(100)]).messages).toHaveLength(1)
})

test('a history that was cut, or never drained, cannot tell', () => {
  const happened = [joins(0, 'c1'), takes(10, 'm1')]
  expect(examine(CLAUSE, [...happened, drained(100)], { complete: false })).toMatchObject(fine(0))
  expect(examine(CLAUSE, happened)).toMatchObject(fine(0))
})
