import { describe, expect, test } from 'vitest'
import type { Event, EventOf } from '../event.ts'
import { CHECKS } from '../list.ts'
import { claimsWithout, STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, fine } from '../testing/examine.case.ts'
import {
  closes,
  contentOf,
  deadLetters,
  drained,
  end,
  ends,
  error,
  fault,
  gets,
  type Happening,
  joins,
  kills,
  OPEN,
  place,
  reportsDeadLetter,
  stalls,
  TOPIC,
  takes,
} from '../testing/story.case.ts'

const CLAUSE = 'dead-letter/7'
const LETTERS = `${TOPIC}.dlq`
const judged = (happened: readonly Happening[], options = {}) => examine(CLAUSE, happened, options)

const letter = (at: number, op: string, offset = 0, fields = {}): Happening =>
  deadLetters(at, op, fields, { position: { topic: LETTERS, partition: 0, offset } })
const FAILED = [joins(0, 'c1'), takes(10, 'm1'), gets(12, 'c1', 'm1', { outcome: 'permanent' }), letter(14, 'm1')]

const redrives = (at: number, ended: Partial<EventOf<'redrive-ended'>> = { count: 1 }): Happening => [
  { type: 'redrive', at, node: 'n1', redrive: 'r', topic: TOPIC },
  { type: 'redrive-ended', at: at + 10, node: 'n1', redrive: 'r', topic: TOPIC, ...ended },
]
const copy = (at: number, op: string, offset: number, changes: Partial<EventOf<'stored'>> = {}): Happening => [
  { type: 'stored', at, op: `${op}~redriven`, position: place(op, offset), content: contentOf(op), ...changes },
]

describe('a dead letter that is redriven', () => {
  test('comes back once, as it was', () => {
    expect(judged([...FAILED, redrives(50), copy(52, 'm1', 2)])).toMatchObject(fine(1))
    const both = [
      gets(12, 'c2', 'm1', { group: 'h', outcome: 'permanent' }),
      letter(15, 'm1', 1, { original_group: 'h' }),
    ]
    expect(
      judged([...FAILED, ...both, redrives(50, { count: 2 }), copy(52, 'm1', 2), copy(53, 'm1', 3)]),
    ).toMatchObject(fine(1))
  })
  describe('is judged as any message', () => {
    const back = [...FAILED, redrives(1_050), copy(1_052, 'm1', 2)]
    const handed = (outcome: 'ok' | 'retryable' | 'permanent', at = 1_070, attempt = 1): Happening =>
      gets(at, 'c1', 'm1~redriven', { offset: 2, outcome, attempt })
    const again = letter(1_072, 'm1~redriven', 1, { original_position: '2' })
    const said = (clause: string, happened: readonly Happening[]) =>
      examine(clause, [...happened, drained(2_000)]).messages
    test('and has nothing to answer for when it is handled, or dead-lettered again', () => {
      const clauses = CHECKS.map((check) => check.clause)
      const wrong = (happened: readonly Happening[]) => clauses.filter((clause) => said(clause, happened).length > 0)
      expect(wrong([...back, handed('ok')])).toEqual(wrong(FAILED))
      expect(wrong([...back, handed('permanent'), again])).toEqual(wrong(FAILED))
    })
    test('so that it is lost if its group does not handle it, once the redrive has ended well', () => {
      expect(said('delivery/1', back)).toEqual([
        'm1~redriven was acknowledged and is lost to group g: it was stored but never delivered to the group (unseen, with everything that redrive sent to t)',
      ])
      const failed = [...FAILED, redrives(1_050, { error: error('TIMEOUT') }), copy(1_052, 'm1', 2)]
      expect(said('delivery/1', failed)).toEqual([])
    })
    test('so that its dead letter and its attempts are as those of any', () => {
      expect(said('dead-letter/1', [...back, handed('permanent')])).toHaveLength(1)
      expect(said('dead-letter/2', [...back, handed('ok'), again])).toHaveLength(1)
      expect(said('retry/4', [...back, handed('permanent'), handed('permanent', 1_090, 2), again])).toHaveLength(1)
    })
    test('and those of two dead letters are two messages, not one that was sent twice', () => {
      const content = { ...contentOf('m1'), headers: '1 headers 00' }
      const twice = [copy(1_052, 'm1', 2), copy(1_053, 'm1', 3, { content })]
      expect(said('retry/6', [...FAILED, redrives(1_050, { count: 2 }), ...twice])).toEqual([])
    })
    test('unless nothing was redriven: then it is a phantom', () => {
      const seen = [copy(1_062, 'm1', 2), handed('ok')]
      expect(said('delivery/2', [...FAILED, redrives(1_050), ...seen])).toEqual([])
      expect(said('delivery/2', [...FAILED, ...seen])).toHaveLength(2)
    })
  })
  test('does not come back, or without its mark', () => {
    const missing = ['the dead letter of m1 was redriven without its mark']
    const none = redrives(50, { count: 0 })
    expect(judged([...FAILED, none]).messages).toEqual(missing)
    expect(judged([...FAILED, none, copy(52, 'm1', 2, { op: 'm1' })]).messages).toEqual(missing)
  })
  test('comes back more than once', () => {
    expect(judged([...FAILED, redrives(50, { count: 2 }), copy(52, 'm1', 2), copy(53, 'm1', 3)]).messages).toEqual([
      'the dead letter of m1 was not redriven once',
    ])
  })
  test('comes back more than once, after a publish of the redrive that seemed to fail', () => {
    const seems = [copy(52, 'm1', 2), ends(53, 'r/0', 1, error('TIMEOUT')), copy(54, 'm1', 3)]
    expect(judged([...FAILED, redrives(50, { at: 60 }), ...seems])).toMatchObject(fine(1))
    const two = [...FAILED, redrives(50, { count: 2 }), copy(52, 'm1', 2), copy(54, 'm1', 3)]
    expect(judged([...two, ends(53, 'r/0')]).messages).toHaveLength(1)
    expect(judged([...two, ends(53, 'm9', 1, error('TIMEOUT'))]).messages).toHaveLength(1)
    const none = [...FAILED, redrives(50, { count: 0 }), ends(53, 'r/0', 1, error('TIMEOUT'))]
    expect(judged(none).messages).toHaveLength(1)
  })
  test('of two groups, one of which wrote it while the redrive ran, comes back once or twice', () => {
    const late = [...FAILED, letter(55, 'm1', 1, { original_group: 'h' }), copy(56, 'm1', 2)]
    const told = (count: number): Happening => redrives(50, { count })
    expect(judged([...late, told(1)])).toMatchObject(fine(1))
    expect(judged([...late, told(2), copy(57, 'm1', 3)])).toMatchObject(fine(1))
    expect(judged([...late, told(3), copy(57, 'm1', 3), copy(58, 'm1', 4)]).messages).toHaveLength(1)
  })
  test.each([
    ['key', { key: '"k"' }, 'm1 was redriven with another key'],
    ['value', { value: '"m2"' }, 'm1 was redriven with another value'],
    ['headers', { headers: '8 headers 00' }, 'm1 was redriven with other headers'],
  ])('comes back with another %s', (_what, changed, message) => {
    const content = { ...contentOf('m1'), ...changed }
    expect(judged([...FAILED, redrives(50), copy(52, 'm1', 2, { content })]).messages).toEqual([message])
  })
  test('comes back to another topic', () => {
    const position = { topic: 'u', partition: 0, offset: 0 }
    expect(judged([...FAILED, redrives(50, { count: 0 }), copy(52, 'm1', 2, { position })]).messages).toEqual([
      'm1 was redriven to another topic than it came from',
    ])
  })
  test('that came too late, or in a redrive that was cut, is no occasion', () => {
    expect(judged([...FAILED.slice(0, 3), redrives(50, { count: 0 }), letter(55, 'm1')])).toMatchObject(fine(0))
    expect(judged([...FAILED, redrives(50)], { complete: false })).toMatchObject(fine(0))
    expect(judged([...FAILED, redrives(50).slice(0, 1)])).toMatchObject(fine(0))
    expect(judged(FAILED)).toMatchObject(fine(0))
  })
  test('of another topic than the one that is redriven, or that no witness has found, is no occasion', () => {
    const other = redrives(50, { count: 0 }).map((event) => ({ ...event, topic: 'u' }))
    expect(judged([...FAILED, other])).toMatchObject(fine(0))
    const reported = [...FAILED.slice(0, 3), reportsDeadLetter(14, 'm1'), redrives(50)]
    expect(judged(reported, { witness: 'none' })).toMatchObject(fine(0))
  })
  test('was there in time by report, where the witness reads after the run', () => {
    const after = { witness: 'after' } as const
    const found = [...FAILED.slice(0, 3), redrives(50, { count: 0 }), letter(99, 'm1')]
    expect(judged([...found, reportsDeadLetter(14, 'm1')], after).messages).toHaveLength(1)
    expect(judged([...found, reportsDeadLetter(55, 'm1')], after)).toMatchObject(fine(0))
  })
})

describe('a redrive', () => {
  const TIMED_OUT = { error: error('TIMEOUT') }
  const failing = [...FAILED, redrives(50, TIMED_OUT)]
  /** It is over at the time that recovery has. */
  const settles = (at: number): Happening => redrives(at - 10).slice(1)
  const begins = redrives(50).slice(0, 1)

  test('fails without a reason', () => {
    expect(judged(failing)).toMatchObject({
      occasions: 1,
      messages: ['the redrive of t failed, but no fault was near'],
      violations: [{ actual: 'TIMEOUT, it failed with TIMEOUT', node: 'n1', at: 60 }],
    })
    expect(judged(failing, { witness: 'none' }).messages).toHaveLength(1)
    expect(judged([redrives(50, TIMED_OUT)]).messages).toHaveLength(1)
    expect(judged(failing, { complete: false })).toMatchObject(fine(0))
  })
  test.each([
    ['a fault', fault(20, 40, 'publish')],
    ['a fault of another role', fault(20, 40, 'dead-letter', false)],
    ['a stall', stalls(5, 56)],
    ['a close', closes(59)],
  ])('fails near %s, which may be why', (_what, near) => {
    expect(judged([...failing, near])).toMatchObject(fine(0))
  })
  test('fails near a fault only for as long as recovery may take', () => {
    const late = [fault(20, 40, 'publish'), fault(41, 42, 'consume'), fault(43, 44, 'dead-letter')]
    const TIMES_OUT = redrives(1_044, TIMED_OUT)
    expect(judged([...late, TIMES_OUT])).toMatchObject(fine(0))
    expect(judged([...late, redrives(1_045, TIMED_OUT)]).messages).toHaveLength(1)
    expect(judged([...late, redrives(1_045, TIMED_OUT), fault(1_060, 1_070, 'publish')]).messages).toHaveLength(1)
  })
  test('fails behind a breaker that was forced open', () => {
    const forced: Happening = [{ type: 'force', at: 30, node: 'n1', to: 'isolate' }]
    const reset: Happening = [{ type: 'forced', at: 40, node: 'n1', to: 'reset' }]
    expect(judged([...failing, forced, reset])).toMatchObject(fine(0))
  })
  test('is refused by a breaker that has let another one in', () => {
    const refused = redrives(50, { at: 52, error: OPEN })
    const other = (at: number, until: number, node = 'n1'): Happening =>
      redrives(at, { at: until, count: 0 }).map((event) => ({ ...event, redrive: 's', topic: 'u', node }) as Event)
    expect(judged([...FAILED, other(50, 53), refused])).toMatchObject(fine(0))
    const alone = ['the redrive of t failed, but no fault was near']
    expect(judged([...FAILED, refused]).messages).toEqual(alone)
    expect(judged([...FAILED, other(50, 53, 'n2'), refused]).messages).toEqual(alone)
    expect(judged([...FAILED, other(40, 45), refused]).messages).toEqual(alone)
    expect(judged([...FAILED, other(53, 55), refused]).messages).toEqual(alone)
    expect(judged([...FAILED, other(50, 53), redrives(50, { at: 52, ...TIMED_OUT })]).messages).toEqual(alone)
  })
  test('fails on a busy machine, where an attempt may run into its time-out', () => {
    const slow = (at: number): Happening => [...redrives(50).slice(0, 1), ...redrives(at - 10, TIMED_OUT).slice(1)]
    expect(judged([slow(150)], { site: 'real' })).toMatchObject(fine(0))
    expect(judged([slow(149)], { site: 'real' }).messages).toHaveLength(1)
    expect(judged([slow(150)]).messages).toHaveLength(1)
  })
  test('settles as late as recovery may take, and no later', () => {
    expect(judged([begins, settles(1_051), copy(52, 'm1', 2)])).toMatchObject(fine(0))
    expect(judged([begins, settles(1_051.5), copy(52, 'm1', 2)]).messages).toEqual([
      'the redrive of t did not settle within 1000 ms, but no fault was near',
    ])
    expect(judged([begins, settles(1_051.5), copy(52, 'm1', 2), fault(500, 600, 'publish')])).toMatchObject(fine(0))
    expect(judged([begins, settles(1_051.5), copy(52, 'm1', 2), closes(1_040)])).toMatchObject(fine(0))
  })
  test('never settles', () => {
    expect(judged([begins, end(1_052)]).messages).toEqual([
      'the redrive of t did not settle within 1000 ms, but no fault was near',
    ])
    expect(judged([begins, end(1_050)])).toMatchObject(fine(0))
    expect(judged([begins, closes(1_050), end(2_000)])).toMatchObject(fine(0))
    expect(judged([begins, kills(900), end(2_000)])).toMatchObject(fine(0))
    expect(judged([begins, closes(1_052), end(2_000)]).messages).toHaveLength(1)
    expect(judged([begins, end(2_000)], { complete: false })).toMatchObject(fine(0))
  })
  test('resolves before all that it must publish is stored', () => {
    const early = [...FAILED, copy(61, 'm1', 2)]
    expect(judged([...early, redrives(50, { count: 0 })]).messages).toEqual([
      'the redrive of t resolved before the dead letter of m1 was redriven',
    ])
    expect(judged([...early, redrives(50)], { witness: 'after' }).messages).toEqual([])
  })
  test('tells another number than it published', () => {
    const one = [...FAILED, copy(52, 'm1', 2)]
    const other = (count: number, stored: number): string[] => [
      `the redrive of t reported ${count} message${count === 1 ? '' : 's'} but published ${stored}`,
    ]
    for (const count of [0, 2]) {
      expect(judged([...one, redrives(50, { count })]).messages).toEqual(other(count, 1))
      expect(judged([...one, redrives(50, { count })], { witness: 'after' }).messages).toEqual(other(count, 1))
      expect(judged([...one, redrives(50, { count })], { witness: 'none' })).toMatchObject(fine(0))
    }
    expect(judged([...one, redrives(50, { count: 2 })]).violations).toMatchObject([
      {
        expected: 'a report of 1: t has 1 dead letter, and 1 message marked as redriven',
        actual: 'a report of 2; published: m1',
      },
    ])
    expect(judged([redrives(50, { count: 1 })]).messages).toEqual(other(1, 0))
    expect(judged([redrives(50, { count: 0 })])).toMatchObject(fine(0))
  })
  test('tells fewer than lie there only where a publish of it seemed to fail, and never more', () => {
    const seems = [...FAILED, copy(52, 'm1', 2), ends(53, 'r/0', 1, error('TIMEOUT')), copy(54, 'm1', 3)]
    expect(judged([...seems, redrives(50, { count: 1 })])).toMatchObject(fine(1))
    expect(judged([...seems, redrives(50, { count: 3 })]).messages).toHaveLength(1)
  })
  test('tells what lies in its own topic', () => {
    const elsewhere = copy(53, 'm9', 0, { position: { topic: 'u', partition: 0, offset: 0 } })
    expect(judged([...FAILED, redrives(50), copy(52, 'm1', 2), elsewhere])).toMatchObject(fine(1))
  })
})

describe('a consumer that reads dead letters', () => {
  const about = { node: 'n1', consumer: 'l', group: 'letters' }
  const JOINED: Happening = [{ type: 'subscribe', at: 60, ...about, topics: [LETTERS], from: 'earliest' }]
  const ended = (
    at: number,
    op: string,
    offset: number,
    outcome: 'ok' | 'retryable' | 'permanent',
    attempt = 1,
  ): Happening => [
    {
      type: 'deliver',
      at,
      ...about,
      delivery: `${op} at ${at}`,
      op,
      topic: LETTERS,
      content: contentOf(op),
      position: { topic: LETTERS, partition: 0, offset },
      attempt,
    },
    { type: 'handled', at, ...about, delivery: `${op} at ${at}`, op, outcome },
  ]
  const fails = (at: number, op: string, offset: number): Happening => ended(at, op, offset, 'permanent')
  const TWO = [...FAILED, takes(20, 'm2'), gets(22, 'c1', 'm2', { outcome: 'permanent' }), letter(24, 'm2', 1)]

  test('leaves what it cannot handle, and goes on', () => {
    expect(judged([...TWO, JOINED, fails(61, 'm1', 0), fails(62, 'm2', 1)])).toMatchObject(fine(0))
    expect(judged([...TWO, JOINED])).toMatchObject(fine(0))
  })
  test('is asked nothing else by other clauses', () => {
    const stands: Happening = [{ type: 'position', at: 64, group: 'letters', topic: LETTERS, partition: 0, next: 2 }]
    const read = [JOINED, fails(61, 'm1', 0), fails(62, 'm2', 1), stands]
    for (const { clause } of CHECKS) expect(examine(clause, [...TWO, ...read])).toEqual(examine(clause, TWO))
  })
  test('stands still behind what it cannot handle', () => {
    expect(judged([...TWO, JOINED, fails(61, 'm1', 0), closes(200)])).toMatchObject(fine(0))
    expect(judged([...TWO, JOINED, fails(61, 'm1', 0), closes(300)]).messages).toEqual([
      'l, which reads dead letters, is stuck behind that of m1, which it could not handle',
    ])
  })
  test('stands still for as long as reading the next one may take, and no longer', () => {
    const stands = [...TWO, JOINED, fails(61, 'm1', 0)]
    expect(judged([...stands, closes(261.5), end(900)])).toMatchObject(fine(0))
    expect(judged([...stands, closes(262)]).messages).toHaveLength(1)
    expect(judged([...stands, kills(261), end(900)])).toMatchObject(fine(0))
    expect(judged([...stands, end(300)]).messages).toHaveLength(1)
  })
  test('stands still behind the last one while the next is not there for long enough', () => {
    const stands = [...FAILED, JOINED, fails(61, 'm1', 0), takes(60, 'm2')]
    const late = (at: number) => [gets(at - 2, 'c1', 'm2', { outcome: 'permanent' }), letter(at, 'm2', 1)]
    expect(judged([...stands, ...late(600), closes(800.5)])).toMatchObject(fine(0))
    expect(judged([...stands, ...late(600), closes(801)]).messages).toHaveLength(1)
  })
  test('stands still while one before it is still tried, whose key the next may have', () => {
    const three = [...TWO, takes(30, 'm3'), gets(32, 'c1', 'm3', { outcome: 'permanent' }), letter(34, 'm3', 2), JOINED]
    const stands = [...three, ended(61, 'm1', 0, 'retryable'), fails(62, 'm2', 1)]
    expect(judged([...stands, closes(300)])).toMatchObject(fine(0))
    // By then it would have been tried again.
    expect(judged([...stands, closes(400)]).messages).toHaveLength(1)
    const over = ended(80, 'm1', 0, 'retryable', 2)
    expect(judged([...three, ended(61, 'm1', 0, 'retryable'), over, fails(90, 'm2', 1), closes(900)]).messages).toEqual(
      ['l, which reads dead letters, is stuck behind that of m2, which it could not handle'],
    )
    expect(judged([...three, ended(61, 'm1', 0, 'ok'), fails(62, 'm2', 1), closes(900)]).messages).toHaveLength(1)
  })
  test('stands still after all tries, and not before', () => {
    const tries = [...TWO, JOINED, ended(61, 'm1', 0, 'retryable')]
    expect(judged([...tries, closes(900)])).toMatchObject(fine(0))
    expect(judged([...tries, ended(80, 'm1', 0, 'retryable', 2), closes(900)]).messages).toHaveLength(1)
    expect(judged([...TWO, JOINED, ended(61, 'm1', 0, 'ok'), closes(900)])).toMatchObject(fine(0))
  })
  test('stands still behind what it begins anew, in whatever way it counts', () => {
    const anew = [61, 80].map((at) => ended(at, 'm1', 0, 'retryable'))
    expect(judged([...TWO, JOINED, ...anew, closes(280.5)])).toMatchObject(fine(0))
    expect(judged([...TWO, JOINED, ...anew, closes(281)]).messages).toEqual([
      'l, which reads dead letters, is stuck behind that of m1, which it could not handle',
    ])
    expect(judged([...TWO, JOINED, ended(61, 'm1', 0, 'retryable', 2), closes(900)]).messages).toHaveLength(1)
    const late = [fails(61, 'm1', 0), fails(250, 'm1', 0)]
    expect(judged([...TWO, JOINED, ...late, closes(262)]).messages).toHaveLength(1)
  })
  test('is handed one as often as there are tries, and no more', () => {
    const again = ['l, which reads dead letters, received that of m1 too often']
    const [one, two, three] = [61, 70, 80].map((at) => ended(at, 'm1', 0, 'retryable'))
    const read = [...TWO, JOINED, one ?? [], two ?? []]
    expect(judged([...read, fails(90, 'm2', 1)])).toMatchObject(fine(0))
    expect(judged([...read, three ?? [], fails(90, 'm2', 1)]).messages).toEqual(again)
    expect(
      judged([...TWO, JOINED, ...[61, 70, 80].map((at) => fails(at, 'm1', 0)), fails(90, 'm2', 1)]).messages,
    ).toEqual(again)
    expect(judged([...FAILED, JOINED, one ?? [], two ?? [], three ?? []]).messages).toEqual(again)
  })
  test('is handed one again because of a fault or a stall', () => {
    const thrice = [...FAILED, JOINED, ...[500, 510, 520].map((at) => ended(at, 'm1', 0, 'retryable'))]
    for (const role of ['consume', 'dead-letter'] as const) {
      expect(judged([...thrice, fault(190, 200, role)])).toMatchObject(fine(0))
      expect(judged([...thrice, fault(190, 199, role)]).messages).toHaveLength(1)
    }
    expect(judged([...thrice, fault(190, 200, 'publish')]).messages).toHaveLength(1)
    expect(judged([...thrice, stalls(505, 515)]).messages).toHaveLength(1)
    expect(judged([...thrice, stalls(440, 515)])).toMatchObject(fine(0))
  })
  test('may try as often as it likes where no tries are claimed', () => {
    const claims = claimsWithout('handling')
    const thrice = [61, 70, 80].map((at) => ended(at, 'm1', 0, 'retryable'))
    expect(judged([...TWO, JOINED, ...thrice, closes(900)], { claims })).toMatchObject(fine(0))
    expect(judged([...TWO, JOINED, fails(61, 'm1', 0), closes(900)], { claims }).messages).toHaveLength(1)
  })
  test('has nothing more to read where it reads', () => {
    expect(judged([...FAILED, JOINED, fails(61, 'm1', 0), closes(900)])).toMatchObject(fine(0))
    const elsewhere = deadLetters(24, 'm2', {}, { position: { topic: 'u.dlq', partition: 0, offset: 1 } })
    expect(judged([...FAILED, elsewhere, JOINED, fails(61, 'm1', 0), closes(900)])).toMatchObject(fine(0))
  })
  test('passes over the next one, whose message id it knows', () => {
    const position = { topic: LETTERS, partition: 0, offset: 1 }
    const pass: Happening = [{ type: 'skipped', at: 62, ...about, position, why: 'duplicate' }]
    expect(judged([...TWO, JOINED, fails(61, 'm1', 0), pass, closes(300)])).toMatchObject(fine(0))
  })
  test.each([
    ['as its topic tells', { original_topic: LETTERS }],
    ['as its group tells', { original_group: 'letters' }],
  ])('makes dead letters of dead letters, %s', (_what, fields) => {
    const again = letter(63, 'm2', 2, fields)
    expect(judged([...TWO, JOINED, fails(61, 'm1', 0), fails(62, 'm2', 1), again]).messages).toEqual([
      'a consumer that reads dead letters dead-lettered that of m2 again',
    ])
  })
  test('makes dead letters of dead letters, all in one topic', () => {
    const claims = { ...STORY_CLAIMS, deadLetter: { naming: 'single', name: 'dead' } } as const
    const again = (topic: string): Happening =>
      deadLetters(63, 'm2', { original_topic: topic }, { position: { topic: 'x-dead', partition: 0, offset: 2 } })
    expect(judged([...TWO, again('x-dead')], { claims, prefix: 'x-' }).messages).toHaveLength(1)
    expect(judged([...TWO, again('dead')], { claims, prefix: 'x-' })).toMatchObject(fine(0))
  })
})
