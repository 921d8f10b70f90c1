import { describe, expect, test } from 'vitest'
import type { SeenError } from '../../events/parts.ts'
import { ALL_CLAIMS, claimsWithout } from '../testing/claims.case.ts'
import { type Examination, examine, fine } from '../testing/examine.case.ts'
import {
  acknowledges,
  begins,
  closes,
  drained,
  error,
  fails,
  type Happening,
  kills,
  OPEN,
  publishes,
  queues,
  REFUSED,
  settles,
  stalls,
  stores,
  tries,
} from '../testing/story.case.ts'

const CLAUSE = 'fail-fast/9'
const judged = (happened: readonly Happening[], options: Examination = {}) =>
  examine(CLAUSE, happened, { claims: ALL_CLAIMS, ...options })

const INVALID = error('INVALID', { effect: 'none', retryable: false })
const CLOSED = error('CLOSED', { effect: 'none', retryable: false })
const node = 'n1'

/** A batch of m1 and m2, and of m9 whose value is too large. */
const begun = (at: number): readonly Happening[] => [
  [{ type: 'batch', at, node, batch: 'b', ops: ['m1', 'm9', 'm2'] }],
  publishes(at, 'm1'),
  [{ type: 'trial', at, node, trial: 'm9', what: 'too-large-in-batch' }],
  publishes(at, 'm2'),
]
const refused = (at: number, why: SeenError | 'taken' = INVALID): Happening => {
  const about = { type: 'trial-ended', at, node, trial: 'm9', what: 'too-large-in-batch' } as const
  return [why === 'taken' ? { ...about, outcome: why } : { ...about, outcome: 'refused', error: why }]
}
const ended = (at: number, failure?: SeenError): Happening => [
  { type: 'batch-ended', at, node, batch: 'b', ...(failure === undefined ? {} : { error: failure }) },
]
const flushes = (at: number): Happening => [{ type: 'flush', at, node, flush: 'f' }]
const flushed = (at: number, failure?: SeenError): Happening => [
  { type: 'flushed', at, node, flush: 'f', ...(failure === undefined ? {} : { error: failure }) },
]

describe('a batch', () => {
  test('of which one message is refused, and the others are acknowledged', () => {
    const told = [acknowledges(20, 'm1'), refused(20), acknowledges(20, 'm2'), ended(20)]
    expect(judged([...begun(10), ...told])).toMatchObject(fine(1))
  })

  test('of which one fails by its own attempts, and the one that is too large is refused', () => {
    const tried = [acknowledges(50, 'm1'), refused(50), tries(10, 12, 'm2'), fails(50, 'm2', REFUSED), ended(50)]
    expect(judged([...begun(10), ...tried])).toMatchObject(fine(1))
  })

  test('of which all are acknowledged, or none is, is no occasion', () => {
    const good: Happening = [{ type: 'batch', at: 10, node, batch: 'b', ops: ['m1', 'm2'] }]
    const both = [publishes(10, 'm1'), publishes(10, 'm2')]
    expect(judged([good, ...both, acknowledges(12, 'm1'), acknowledges(12, 'm2'), ended(12)])).toMatchObject(fine(0))
    expect(judged([good, ...both, fails(12, 'm1', OPEN), fails(12, 'm2', OPEN), ended(12)])).toMatchObject(fine(0))
  })

  test.each([
    ['a breaker that is open', fails(20, 'm2', OPEN)],
    ['a queue that is full', fails(20, 'm2', error('QUEUE_FULL', { effect: 'none' }))],
    ['the end of its time', fails(1_010, 'm2', REFUSED)],
    ['the end of its bus', [...closes(15), ...fails(20, 'm2', CLOSED)]],
    ['an error that leaves open whether it was done', fails(20, 'm2', error('TIMEOUT'))],
  ])('may have a message that was never tried by %s', (_name, failing) => {
    const at = failing.at(-1)?.at ?? 0
    expect(judged([...begun(10), acknowledges(at, 'm1'), refused(at), failing, ended(at)])).toMatchObject(fine(1))
  })

  test('may have one whose time ended by a real timer, a moment early', () => {
    const told = [acknowledges(1_009.4, 'm1'), refused(1_009.4), fails(1_009.4, 'm2', REFUSED), ended(1_009.4)]
    expect(judged([...begun(10), ...told], { site: 'real' })).toMatchObject(fine(1))
    expect(judged([...begun(10), ...told])).toMatchObject({ messages: [expect.stringContaining('another message')] })
  })

  test('whose node is killed says nothing', () => {
    expect(judged([...begun(10), kills(15), drained(2_000)])).toMatchObject(fine(0))
  })

  test.each([
    [
      'fails as a whole',
      [fails(20, 'm1', INVALID), refused(20), fails(20, 'm2', INVALID), ended(20, INVALID)],
      'a batch of n1 failed as a whole',
    ],
    [
      'has no outcome for one of its messages',
      [acknowledges(20, 'm1'), refused(20), ended(20)],
      'm2 in a batch of n1 has no outcome',
    ],
    [
      'has no outcome for the one that is too large',
      [acknowledges(20, 'm1'), acknowledges(20, 'm2'), ended(20)],
      'm9 in a batch of n1, whose value is larger than claimed, has no outcome',
    ],
    [
      'acknowledges the one that is too large',
      [acknowledges(20, 'm1'), refused(20, 'taken'), acknowledges(20, 'm2'), ended(20)],
      'm9 in a batch of n1, whose value is larger than claimed, was acknowledged',
    ],
    [
      'sends the one that is too large',
      [begins(12, 'm9'), acknowledges(20, 'm1'), refused(20), acknowledges(20, 'm2'), ended(20)],
      'm9 in a batch of n1, whose value is larger than claimed, was sent',
    ],
    [
      'stores the one that is too large, which a witness may see late',
      [acknowledges(20, 'm1'), refused(20), acknowledges(20, 'm2'), ended(20), stores(900, 'm9')],
      'm9 in a batch of n1, whose value is larger than claimed, was sent',
    ],
    [
      'calls the refusal of the one that is too large passing',
      [acknowledges(20, 'm1'), refused(20, REFUSED), acknowledges(20, 'm2'), ended(20)],
      'm9 in a batch of n1, whose value is larger than claimed, was refused, but not as permanent with effect none',
    ],
    [
      'stops at the first that fails',
      [acknowledges(20, 'm1'), refused(20), fails(20, 'm2', INVALID), ended(20)],
      'm2 in a batch of n1 failed because another message failed',
    ],
    [
      'gives up the others for a while',
      [acknowledges(20, 'm1'), refused(20), fails(20, 'm2', REFUSED), ended(20)],
      'm2 in a batch of n1 failed because another message failed',
    ],
  ])('is a violation where it %s', (_name, told, message) => {
    expect(judged([...begun(10), ...told])).toMatchObject({ messages: [message], violations: [{ node, at: 20 }] })
  })

  test('of a bus that need not tell its attempts: what passes may have been tried', () => {
    const claims = { ...claimsWithout('retry'), batch: true } as const
    const failing = (why: SeenError) => [acknowledges(20, 'm1'), refused(20), fails(20, 'm2', why), ended(20)]
    expect(judged([...begun(10), ...failing(REFUSED)], { claims })).toMatchObject(fine(1))
    expect(judged([...begun(10), ...failing(INVALID)], { claims }).messages).toEqual([
      'm2 in a batch of n1 failed because another message failed',
    ])
  })
})

describe('a flush', () => {
  test('returns once what was under way has settled, whatever was published later', () => {
    const under = [publishes(10, 'm1'), publishes(10, 'm2'), flushes(12), publishes(14, 'm3')]
    const told = [acknowledges(20, 'm1'), fails(22, 'm2'), flushed(22), acknowledges(90, 'm3')]
    expect(judged([...under, ...told])).toMatchObject(fine(1))
  })

  test('waits for what is queued', () => {
    const queued = [queues(10, 'm1'), flushes(20)]
    expect(judged([...queued, settles(50, 'm1'), flushed(50)])).toMatchObject(fine(1))
    expect(judged([...queued, flushed(30), settles(50, 'm1')]).messages).toEqual([
      'the flush of n1 returned while m1 was pending',
    ])
  })

  test('has no occasion where nothing is under way, nor for what other nodes publish', () => {
    const other = publishes(10, 'm2', { node: 'n2' })
    const settled = [publishes(10, 'm1'), acknowledges(12, 'm1')]
    expect(judged([...settled, other, flushes(20), flushed(20)])).toMatchObject(fine(0))
  })

  test('that returns before is a violation', () => {
    const under = [publishes(10, 'm1'), publishes(10, 'm2'), flushes(12)]
    expect(judged([...under, flushed(15), acknowledges(20, 'm1'), acknowledges(20, 'm2')])).toMatchObject({
      occasions: 1,
      messages: ['the flush of n1 returned while m1 was pending'],
      violations: [{ op: 'm1', ops: ['m1', 'm2'], at: 15 }],
    })
  })

  test('that returns long after, or never, is a violation', () => {
    const under = [publishes(10, 'm1'), flushes(12), acknowledges(20, 'm1')]
    expect(judged([...under, flushed(121), drained(2_000)])).toMatchObject(fine(1))
    expect(judged([...under, flushed(125), drained(2_000)]).messages).toEqual(['the flush of n1 returned too late'])
    expect(judged([...under, drained(2_000)]).messages).toEqual(['the flush of n1 never returned'])
    expect(judged([flushes(12), drained(2_000)]).messages).toEqual(['the flush of n1 never returned'])
  })

  test('that never returns says nothing where its node was killed, the history was cut, or something never settled', () => {
    const under = [publishes(10, 'm1'), flushes(12)]
    const settled = [...under, acknowledges(20, 'm1')]
    expect(judged([...settled, kills(30), drained(2_000)])).toMatchObject(fine(1))
    expect(judged([...settled, drained(2_000)], { complete: false })).toMatchObject(fine(1))
    expect(judged([...under, drained(2_000)])).toMatchObject(fine(1))
  })

  test('that a stall of the machine held up says nothing', () => {
    const under = [publishes(10, 'm1'), flushes(12), acknowledges(20, 'm1')]
    expect(judged([...under, stalls(25, 300), flushed(300), drained(2_000)])).toMatchObject(fine(1))
  })

  test('that fails is a violation, unless its bus was closed', () => {
    const under = [publishes(10, 'm1'), flushes(12), acknowledges(14, 'm1')]
    expect(judged([...under, flushed(20, CLOSED)]).messages).toEqual(['n1 failed to flush'])
    expect(judged([...under, closes(15), flushed(20, CLOSED)]).messages).toEqual([])
  })
})
