import { describe, expect, test } from 'vitest'
import { claimsWithout, STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  deadLetters,
  exits,
  fault,
  gets,
  joins,
  kills,
  reportsDeadLetter,
  stores,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'ordering/5'
const TWO = [joins(0, 'c1'), takes(10, 'm1'), takes(12, 'm2')]
const failed = (at: number, attempt = 1) => gets(at, 'c1', 'm1', { outcome: 'retryable', attempt })

describe('a bus that claims to hold back', () => {
  test('hands nothing over that lies behind, until the failing message is handled', () => {
    const happened = [failed(20), gets(40, 'c1', 'm1', { attempt: 2 }), gets(41, 'c1', 'm2')]
    expect(examine(CLAUSE, [...TWO, ...happened])).toMatchObject(fine(1))
  })

  test('goes on all the same', () => {
    const { messages, violations } = examine(CLAUSE, [
      ...TWO,
      failed(20),
      gets(30, 'c1', 'm2'),
      gets(40, 'c1', 'm1', { attempt: 2 }),
    ])
    expect(messages).toEqual([
      'm2 was delivered to c1 while m1 before it was failing in group g, which the bus claims to hold back',
    ])
    expect(violations[0]).toMatchObject({ op: 'm2', at: 30 })
  })

  test('waits for the dead letter too', () => {
    const refused = gets(20, 'c1', 'm1', { outcome: 'permanent' })
    expect(examine(CLAUSE, [...TWO, refused, deadLetters(30, 'm1'), gets(31, 'c1', 'm2')])).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...TWO, refused, gets(25, 'c1', 'm2'), deadLetters(30, 'm1')]).messages).toHaveLength(1)
  })

  test('waits no longer than for the dead letter, though the message comes again because nothing was committed', () => {
    const refused = [gets(20, 'c1', 'm1', { outcome: 'permanent' }), deadLetters(30, 'm1'), gets(31, 'c1', 'm2')]
    expect(examine(CLAUSE, [...TWO, ...refused, fault(32, 40, 'consume'), gets(50, 'c1', 'm1')])).toMatchObject(fine(1))
  })

  test('need not wait for another member to be told of a dead letter', () => {
    const refused = [gets(20, 'c1', 'm1', { outcome: 'permanent' }), deadLetters(99, 'm1'), reportsDeadLetter(60, 'm1')]
    const after = { witness: 'after' } as const
    expect(examine(CLAUSE, [...TWO, ...refused, gets(50, 'c2', 'm2')], after)).toMatchObject(fine(1))
    expect(examine(CLAUSE, [...TWO, ...refused, gets(50, 'c1', 'm2')], after).messages).toHaveLength(1)
  })

  test('what was handled, or given up for ever, is not failing any more', () => {
    const again = [
      gets(20, 'c1', 'm1'),
      kills(21),
      gets(30, 'c2', 'm1', { outcome: 'retryable' }),
      gets(31, 'c2', 'm2'),
    ]
    expect(examine(CLAUSE, [...TWO, ...again])).toMatchObject(fine(0))
    expect(examine(CLAUSE, [...TWO, failed(20), gets(31, 'c1', 'm2')])).toMatchObject(fine(0))
  })

  describe('a message that is stored twice', () => {
    const COPIES = [
      joins(0, 'c1'),
      fault(9, 15, 'publish'),
      stores(10, 'm1', { offset: 1 }),
      takes(14, 'm1', { offset: 2 }),
    ]
    const claims = claimsWithout('deadLetter')
    const first = (at: number, attempt = 1) => gets(at, 'c1', 'm1', { outcome: 'retryable', attempt, offset: 1 })
    const copy = (at: number) => gets(at, 'c1', 'm1', { offset: 2 })

    test('is given up at one place before it comes from the other', () => {
      expect(examine(CLAUSE, [...COPIES, first(20), first(40, 2), copy(41)], { claims }).messages).toEqual([])
    })

    test('comes from the other place too soon', () => {
      expect(examine(CLAUSE, [...COPIES, first(20), copy(30), first(40, 2)], { claims }).messages).toHaveLength(1)
      const handled = gets(40, 'c1', 'm1', { attempt: 2, offset: 1 })
      expect(examine(CLAUSE, [...COPIES, first(20), copy(30), handled], { claims }).messages).toHaveLength(1)
    })

    test('is dead-lettered at one place before it comes from the other', () => {
      const refused = gets(20, 'c1', 'm1', { outcome: 'permanent', offset: 1 })
      const letter = deadLetters(30, 'm1')
      expect(examine(CLAUSE, [...COPIES, refused, letter, copy(31)]).messages).toEqual([])
      expect(
        examine(CLAUSE, [
          ...COPIES,
          refused,
          takes(21, 'm2', { offset: 3 }),
          gets(25, 'c1', 'm2', { offset: 3 }),
          letter,
          copy(31),
        ]).messages,
      ).toHaveLength(1)
    })
  })

  test('what lies before it, or in another group, may come', () => {
    const happened = [
      joins(0, 'c2', { group: 'h' }),
      gets(20, 'c1', 'm2', { outcome: 'retryable' }),
      gets(30, 'c1', 'm1'),
      gets(31, 'c2', 'm2', { group: 'h' }),
      gets(40, 'c1', 'm2', { attempt: 2 }),
    ]
    expect(examine(CLAUSE, [...TWO, ...happened])).toMatchObject(fine(0))
  })

  test('without a failure, or with nothing behind it, there is no occasion', () => {
    expect(examine(CLAUSE, [...TWO, gets(20, 'c1', 'm1'), gets(21, 'c1', 'm2')])).toMatchObject(fine(0))
    const alone = [joins(0, 'c1'), takes(10, 'm1'), failed(20), gets(40, 'c1', 'm1', { attempt: 2 })]
    expect(examine(CLAUSE, alone)).toMatchObject(fine(0))
  })
})

describe('a bus that claims to go on', () => {
  const claims = { ...STORY_CLAIMS, consume: { ...STORY_CLAIMS.consume, behindFailure: 'go-on' } } as const
  const JOINED = [joins(0, 'c1'), takes(910, 'm1'), takes(912, 'm2')]
  const last = gets(1_130, 'c1', 'm1', { attempt: 2 })

  test('delivers what lies behind', () => {
    expect(examine(CLAUSE, [...JOINED, failed(920), gets(950, 'c1', 'm2'), last], { claims })).toMatchObject(fine(1))
  })

  test('stands still behind it', () => {
    const { messages } = examine(CLAUSE, [...JOINED, failed(920), last, gets(1_131, 'c1', 'm2')], { claims })
    expect(messages).toEqual(['m2 waited behind m1, which was failing in group g, although the bus claims to go on'])
  })

  test.each([
    ['is busy with another message', [takes(913, 'm0'), gets(925, 'c1', 'm0', { until: 1_100 })]],
    ['is cut off', [fault(925, 1_000, 'consume')]],
    ['changes its members', [joins(925, 'c2')]],
    ['ends', [exits(925)]],
  ])('owes nothing while it %s', (_name, happened) => {
    const story = [...JOINED, failed(920), ...happened, last, gets(1_131, 'c1', 'm2')]
    expect(examine(CLAUSE, story, { claims })).toMatchObject(fine(0))
  })

  test('owes nothing while the breaker of the subscription is open', () => {
    const guarded = { ...claims, subscriberBreaker: { failures: 1, reset: 200 } }
    const story = [...JOINED, failed(920), last, gets(1_131, 'c1', 'm2')]
    expect(examine(CLAUSE, story, { claims: guarded })).toMatchObject(fine(0))
  })

  test('lets another one through, and then stands still', () => {
    const third = [...JOINED, takes(914, 'm3')]
    const stood = [failed(920), gets(925, 'c1', 'm2', { until: 930 }), last, gets(1_131, 'c1', 'm3')]
    expect(examine(CLAUSE, [...third, ...stood], { claims })).toMatchObject({
      occasions: 1,
      messages: ['m3 waited behind m1, which was failing in group g, although the bus claims to go on'],
    })
    const busy = [failed(920), gets(925, 'c1', 'm2', { until: 1_100 }), last, gets(1_131, 'c1', 'm3')]
    expect(examine(CLAUSE, [...third, ...busy], { claims })).toMatchObject(fine(1))
  })

  test('owes nothing in the time that one attempt may take', () => {
    const soon = [failed(920), gets(1_000, 'c1', 'm1', { attempt: 2 }), gets(1_001, 'c1', 'm2')]
    expect(examine(CLAUSE, [...JOINED, ...soon], { claims })).toMatchObject(fine(0))
  })
})

describe('a bus that claims to hold back the key', () => {
  const claims = { ...STORY_CLAIMS, consume: { ...STORY_CLAIMS.consume, behindFailure: 'hold-key' } } as const
  const last = gets(1_130, 'c1', 'm1', { attempt: 2 })
  const joined = (of: { readonly key?: string }) => [
    joins(0, 'c1'),
    takes(910, 'm1', { key: 'a' }),
    takes(912, 'm2', of),
  ]

  test('delivers nothing of that key', () => {
    const story = [...joined({ key: 'a' }), failed(920), last]
    expect(examine(CLAUSE, [...story, gets(1_131, 'c1', 'm2')], { claims })).toMatchObject(fine(1))
    expect(
      examine(CLAUSE, [...joined({ key: 'a' }), failed(920), gets(950, 'c1', 'm2'), last], { claims }).messages,
    ).toEqual([
      'm2 was delivered to c1 while m1 before it was failing in group g, whose key the bus claims to hold back',
    ])
  })

  test.each([
    ['another key', { key: 'b' }],
    ['no key', {}],
  ])('goes on with %s', (_name, of) => {
    const went = [...joined(of), failed(920), gets(950, 'c1', 'm2'), last]
    expect(examine(CLAUSE, went, { claims })).toMatchObject(fine(1))
    const stood = [...joined(of), failed(920), last, gets(1_131, 'c1', 'm2')]
    expect(examine(CLAUSE, stood, { claims }).messages).toEqual([
      'm2 waited behind m1, which was failing in group g, although the bus claims to go on with other keys',
    ])
  })
})

describe('a bus that holds back two keys at once', () => {
  const claims = { ...STORY_CLAIMS, consume: { ...STORY_CLAIMS.consume, behindFailure: 'hold-key' } } as const
  const of = (key: string, offset: number) => ({ key, offset })
  const begun = [
    joins(0, 'c1'),
    takes(900, 'm1', of('a', 0)),
    takes(902, 'm2', of('b', 1)),
    takes(904, 'm3', of('b', 2)),
    gets(910, 'c1', 'm1', { offset: 0, outcome: 'retryable' }),
    gets(911, 'c1', 'm2', { offset: 1, outcome: 'retryable' }),
  ]
  const ends = [
    gets(1_130, 'c1', 'm1', { offset: 0, attempt: 2 }),
    gets(1_140, 'c1', 'm2', { offset: 1, attempt: 2 }),
    gets(1_141, 'c1', 'm3', { offset: 2 }),
  ]

  test('owes neither what waits behind the other', () => {
    expect(examine(CLAUSE, [...begun, ...ends], { claims }).messages).toEqual([])
  })

  test('nor what waits behind the second copy of one that is stored twice', () => {
    const twice = [
      ...begun.slice(0, 3),
      stores(903, 'm2', of('b', 2)),
      takes(904, 'm3', of('b', 3)),
      gets(906, 'c1', 'm2', { offset: 1, outcome: 'permanent' }),
      deadLetters(907, 'm2'),
      gets(910, 'c1', 'm1', { offset: 0, outcome: 'retryable' }),
    ]
    const second = gets(913, 'c1', 'm2', { offset: 2, outcome: 'retryable' })
    const last = [
      gets(1_130, 'c1', 'm1', { offset: 0, attempt: 2 }),
      gets(1_140, 'c1', 'm2', { offset: 2, attempt: 2 }),
      gets(1_141, 'c1', 'm3', { offset: 3 }),
    ]
    expect(examine(CLAUSE, [...twice, second, ...last], { claims }).messages).toEqual([])
    expect(examine(CLAUSE, [...twice, ...last], { claims }).messages).toEqual([
      'm3 waited behind m1, which was failing in group g, although the bus claims to go on with other keys',
    ])
  })

  test('owes what waits behind no failing message of its key', () => {
    const free = takes(905, 'm4', of('c', 3))
    expect(examine(CLAUSE, [...begun, free, ...ends], { claims }).messages[0]).toBe(
      'm4 waited behind m1, which was failing in group g, although the bus claims to go on with other keys',
    )
    // The other one is settled long before.
    const soon = [
      gets(930, 'c1', 'm2', { offset: 1, attempt: 2 }),
      ends[0] ?? [],
      gets(1_141, 'c1', 'm3', { offset: 2 }),
    ]
    expect(examine(CLAUSE, [...begun, ...soon], { claims }).messages).toEqual([
      'm3 waited behind m1, which was failing in group g, although the bus claims to go on with other keys',
    ])
    // One that lies behind it holds nothing back.
    const behind = [
      ...begun.slice(0, 2),
      takes(902, 'm2', of('b', 2)),
      takes(904, 'm3', of('b', 1)),
      gets(910, 'c1', 'm1', { offset: 0, outcome: 'retryable' }),
      gets(911, 'c1', 'm2', { offset: 2, outcome: 'retryable' }),
    ]
    expect(
      examine(CLAUSE, [...behind, ...ends.slice(0, 2), gets(1_141, 'c1', 'm3', { offset: 1 })], { claims }).messages,
    ).toEqual(['m3 waited behind m1, which was failing in group g, although the bus claims to go on with other keys'])
  })
})

test('a cut history of several processes may lack what was handled', () => {
  const happened = [...TWO, failed(20), gets(30, 'c1', 'm2'), gets(40, 'c1', 'm1', { attempt: 2 })]
  expect(examine(CLAUSE, happened, { complete: false, witness: 'after' })).toMatchObject(fine(0))
})
