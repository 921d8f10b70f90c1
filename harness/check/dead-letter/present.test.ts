import { describe, expect, test } from 'vitest'
import { claimsWithout } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  commits,
  contentOf,
  deadLetters,
  drained,
  exits,
  fault,
  fieldsOf,
  gets,
  type Happening,
  joins,
  leaves,
  passesOver,
  phase,
  place,
  reportsDeadLetter,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'dead-letter/1'
const TAKEN = [joins(0, 'c1'), takes(1_000, 'm1')]
const FAILED = [...TAKEN, gets(1_010, 'c1', 'm1', { outcome: 'permanent' })]
const GIVEN_UP = [
  ...TAKEN,
  gets(1_010, 'c1', 'm1', { outcome: 'retryable' }),
  gets(1_020, 'c1', 'm1', { outcome: 'retryable', attempt: 2 }),
]
const MISSING = ['m1 failed for good in group g, and there is no dead letter of it (dead letter missing)']
const END = drained(2_000)

test('rejected for good, or as often as the policy says, it is dead-lettered', () => {
  expect(examine(CLAUSE, [...FAILED, deadLetters(1_030, 'm1'), END])).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...GIVEN_UP, deadLetters(1_030, 'm1'), END])).toMatchObject(fine(1))
})

test('there is no dead letter of it', () => {
  expect(examine(CLAUSE, [...FAILED, END])).toMatchObject({ occasions: 1, messages: MISSING })
  expect(examine(CLAUSE, [...GIVEN_UP, END]).messages).toEqual(MISSING)
  expect(examine(CLAUSE, [...FAILED, deadLetters(1_030, 'm1', { original_group: 'h' }), END]).messages).toEqual(MISSING)
})

test('a rejection that is not the last one is no occasion, nor is any without a policy', () => {
  const once = [...TAKEN, gets(1_010, 'c1', 'm1', { outcome: 'retryable' }), END]
  expect(examine(CLAUSE, once)).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...GIVEN_UP, END], { claims: claimsWithout('handling') })).toMatchObject(fine(0))
})

test('a message that was redelivered and handled in the end needs none', () => {
  expect(
    examine(CLAUSE, [
      ...FAILED,
      exits(1_011),
      joins(1_400, 'd1', { node: 'n2' }),
      gets(1_410, 'd1', 'm1', { node: 'n2' }),
      END,
    ]),
  ).toMatchObject(fine(1))
})

test('a message that no member took up again, or that is still being tried, may have none yet', () => {
  expect(examine(CLAUSE, [...FAILED, leaves(1_011, 'c1'), END])).toMatchObject(fine(1))
  const trying = [joins(1_400, 'c2'), gets(1_410, 'c2', 'm1', { outcome: 'retryable' })]
  expect(examine(CLAUSE, [...FAILED, ...trying, END])).toMatchObject(fine(1))
})

describe('a message that was passed over after it had failed for good', () => {
  const failed = [joins(0, 'c1'), takes(1_000, 'm1', { ttlMs: 400 }), gets(1_010, 'c1', 'm1', { outcome: 'permanent' })]
  const successor = [leaves(1_500, 'c1'), joins(1_510, 'c2'), passesOver(1_520, 'm1', 'expired', { consumer: 'c2' })]
  test('needs none where its dead letter was kept back until it had expired', () => {
    const cutOff = fault(1_005, 1_490, 'dead-letter')
    expect(examine(CLAUSE, [...failed, cutOff, ...successor, END])).toMatchObject(fine(1))
  })
  test('has none, though nothing had kept it back', () => {
    const calm = passesOver(9_000, 'm1', 'expired')
    expect(examine(CLAUSE, [...failed, calm, drained(9_500)]).messages).toEqual(MISSING)
  })
  test('has none, though it was to live for ever', () => {
    const forEver = [joins(0, 'c1'), takes(1_000, 'm1'), gets(1_010, 'c1', 'm1', { outcome: 'permanent' })]
    expect(examine(CLAUSE, [...forEver, fault(1_005, 1_490, 'dead-letter'), ...successor, END]).messages).toEqual(
      MISSING,
    )
  })
})

test('two dead letters of one failure in calm', () => {
  const twice = [...FAILED, deadLetters(1_030, 'm1'), deadLetters(1_031, 'm1')]
  expect(examine(CLAUSE, [...twice, END]).messages).toEqual([
    'm1 failed for good once in group g, but has 2 dead letters (dead letter double)',
  ])
})

test.each([
  ['it was redelivered and failed again', [gets(1_025, 'c1', 'm1', { outcome: 'permanent' })]],
  ['the acknowledgement of the first was lost', [fault(1_020, 1_040, 'dead-letter')]],
  ['a member joined in between', [joins(1_015, 'c2')]],
  ['it was stored twice', [takes(1_001, 'm1', { offset: 2 })]],
])('two dead letters are explained when %s', (_name, happened) => {
  expect(
    examine(CLAUSE, [...FAILED, ...happened, deadLetters(1_030, 'm1'), deadLetters(1_031, 'm1'), END]),
  ).toMatchObject(fine(1))
})

test('read after the run, two dead letters are explained by what happened before the commit', () => {
  const options = { witness: 'after' } as const
  const twice = [deadLetters(1_999, 'm1'), deadLetters(1_999, 'm1'), END]
  expect(examine(CLAUSE, [...FAILED, commits(1_040, 2), joins(1_800, 'c2'), ...twice], options).messages).toHaveLength(
    1,
  )
  expect(examine(CLAUSE, [...FAILED, joins(1_035, 'c2'), commits(1_040, 2), ...twice], options)).toMatchObject(fine(1))
})

test('without a witness the adapter is believed', () => {
  expect(examine(CLAUSE, [...FAILED, reportsDeadLetter(1_030, 'm1'), END], { witness: 'none' })).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...FAILED, END], { witness: 'none' }).messages).toEqual(MISSING)
})

test('a history that was cut, or never drained, cannot tell', () => {
  expect(examine(CLAUSE, [...FAILED, END], { complete: false })).toMatchObject(fine(0))
  expect(examine(CLAUSE, [...FAILED, phase(1_999, 'close')])).toMatchObject(fine(0))
})

describe('a dead letter that the bus reports', () => {
  const HANDLED = [...TAKEN, gets(1_010, 'c1', 'm1'), reportsDeadLetter(1_020, 'm1')]

  test('is in the system', () => {
    expect(examine(CLAUSE, [...FAILED, reportsDeadLetter(1_030, 'm1'), deadLetters(1_030, 'm1'), END])).toMatchObject(
      fine(2),
    )
  })

  test('may be of an unreadable record', () => {
    const poison: Happening = [{ type: 'poison', at: 5, position: place('x4'), value: '0x00ff' }]
    const letter: Happening = [
      {
        type: 'dead-letter',
        at: 20,
        op: null,
        position: { topic: 't.dlq', partition: 0, offset: 0 },
        content: contentOf('x4'),
        fields: fieldsOf('x4'),
      },
    ]
    const story = [joins(0, 'c1'), poison, reportsDeadLetter(19, 'x4')]
    expect(examine(CLAUSE, [...story, letter, END])).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...story, END]).messages).toHaveLength(1)
  })

  test('and is not, though the message was handled, or belongs to another group', () => {
    const { messages, violations } = examine(CLAUSE, [...HANDLED, END])
    expect(messages).toEqual([
      'c1 reported that the dead letter of m1 was accepted, and there is none for group g (dead letter missing)',
    ])
    expect(violations[0]).toMatchObject({ op: 'm1', consumer: 'c1', group: 'g', at: 1_020 })
    const ofAnother = deadLetters(1_021, 'm1', { original_group: 'h' })
    expect(examine(CLAUSE, [...HANDLED, ofAnother, END]).messages).toHaveLength(1)
  })

  test('of a message that nobody knows', () => {
    expect(examine(CLAUSE, [...TAKEN, reportsDeadLetter(1_020, 'm9'), END]).messages).toEqual([
      'c1 reported that the dead letter of the message at t/0@9 was accepted, and there is none for group g (dead letter missing)',
    ])
  })

  test('is believed without a witness, and before the end', () => {
    expect(examine(CLAUSE, [...HANDLED, END], { witness: 'none' })).toMatchObject(fine(0))
    expect(examine(CLAUSE, HANDLED, { complete: false })).toMatchObject(fine(0))
  })
})
