import { expect, test } from 'vitest'
import type { ResolvedClaims } from '../../claims.ts'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { type Examination, examine, fine } from '../testing/examine.case.ts'
import {
  contentOf,
  drained,
  end,
  error,
  fault,
  finds,
  forces,
  gets,
  gives,
  type Happening,
  keeps,
  kills,
  OPEN,
  place,
  REFUSED,
  stores,
  writes,
} from '../testing/story.case.ts'

const CLAUSE = 'fail-fast/8'
const claiming = (write: ResolvedClaims['write']): Examination => ({
  claims: { ...STORY_CLAIMS, ...(write === undefined ? {} : { write }) },
})
const REQUIRED = claiming({ event: 'required' })
const OPTIONAL = claiming({ event: 'optional' })
const OUTBOX = claiming({ event: 'required', outbox: true })
const ROLLED_BACK = error('ROLLED_BACK', { effect: 'none', retryable: false })

const judged = (happened: readonly Happening[], options: Examination = REQUIRED) =>
  examine(CLAUSE, [...happened, end(100)], options)
const messages = (happened: readonly Happening[], options?: Examination) => judged(happened, options).messages

test('a row with its event is as it should be, and no occasion unless a fault was near', () => {
  const happened = [writes(10, 'm1'), stores(11, 'm1'), keeps(12, 'm1'), finds(90, ['m1'])]
  expect(judged(happened)).toMatchObject(fine(0))
  expect(judged([fault(5, 20, 'publish'), ...happened])).toMatchObject(fine(1))
  expect(judged([fault(5, 20, 'consume'), ...happened])).toMatchObject(fine(0))
})

test('no write', () => {
  expect(judged([stores(11, 'm1'), finds(90, [])])).toMatchObject(fine(0))
})

test('what failed leaves neither', () => {
  expect(judged([writes(10, 'm1'), gives(12, 'm1', REFUSED), finds(90, [])])).toMatchObject(fine(1))
})

test('what failed with effect unknown leaves both or neither', () => {
  const failed = [writes(10, 'm1'), gives(12, 'm1', error('TIMEOUT'))]
  expect(judged([...failed, finds(90, [])])).toMatchObject(fine(1))
  expect(judged([...failed, stores(11, 'm1'), finds(90, ['m1'])])).toMatchObject(fine(1))
  expect(messages([...failed, finds(90, ['m1'])])).toEqual([
    'the write of m1 failed, but its row is stored without its event, which is required',
  ])
  expect(judged([...failed, finds(90, ['m1'])], OPTIONAL)).toMatchObject(fine(1))
})

test('what failed with effect none, and stands', () => {
  const happened = [writes(10, 'm1'), gives(12, 'm1', REFUSED), stores(12, 'm1'), finds(90, ['m1'])]
  for (const claims of [REQUIRED, OPTIONAL])
    expect(messages(happened, claims)).toEqual(['the write of m1 failed with effect none, but its row is stored'])
})

test('acknowledged without its event, and without an error', () => {
  const happened = [writes(10, 'm1'), keeps(12, 'm1'), finds(90, ['m1'])]
  const lost = ['the write of m1 was acknowledged without its event, and without an error (lost event)']
  expect(messages(happened)).toEqual(lost)
  expect(messages(happened, OPTIONAL)).toEqual(lost)
  expect(examine(CLAUSE, happened, { ...REQUIRED, complete: false })).toMatchObject(fine(0))
  expect(judged(happened, { ...REQUIRED, witness: 'none' })).toMatchObject(fine(0))
})

test('acknowledged before its event was stored', () => {
  const happened = [writes(10, 'm1'), keeps(12, 'm1'), stores(13, 'm1'), finds(90, ['m1'])]
  expect(judged(happened).violations).toMatchObject([{ actual: 'stored only at 13 ms' }])
  // A witness that reads after the run cannot tell when.
  expect(judged(happened, { ...REQUIRED, witness: 'after' })).toMatchObject(fine(0))
})

test('acknowledged, and its row is nowhere', () => {
  const happened = [writes(10, 'm1'), stores(11, 'm1'), keeps(12, 'm1')]
  expect(messages([...happened, finds(90, [])])).toEqual([
    'the write of m1 is lost: its caller was told that it is stored',
    'm1 was stored at t/0@1, but its row is not stored (phantom event)',
  ])
  // The rows are unreadable.
  expect(judged(happened)).toMatchObject(fine(0))
})

test('an event that could not be published is told where it is optional, and does not come where it is required', () => {
  const happened = [writes(10, 'm1'), keeps(12, 'm1', 'failed', error('TIMEOUT')), finds(90, ['m1'])]
  expect(judged(happened, OPTIONAL)).toMatchObject(fine(1))
  expect(messages(happened)).toEqual(['the write of m1 is stored without its event, which is required'])
  const untold = [writes(10, 'm1'), keeps(12, 'm1', 'failed'), finds(90, ['m1'])]
  expect(messages(untold, OPTIONAL)).toEqual(['the event of the write of m1 failed, and its receipt does not say why'])
})

test('queued, though no outbox is claimed', () => {
  const happened = [writes(10, 'm1'), keeps(12, 'm1', 'queued'), stores(13, 'm1'), finds(90, ['m1'])]
  expect(messages(happened)).toEqual(['the event of the write of m1 was queued, but no outbox is claimed'])
  expect(judged(happened, OUTBOX)).toMatchObject(fine(1))
})

test('a write that is rolled back leaves nothing', () => {
  const happened = [writes(10, 'm1', { rollsBack: true }), gives(12, 'm1', ROLLED_BACK), finds(90, [])]
  expect(judged(happened)).toMatchObject(fine(1))
})

test('a write that was rolled back has its event, its row, or a receipt', () => {
  const write = writes(10, 'm1', { rollsBack: true })
  const failed = gives(12, 'm1', ROLLED_BACK)
  expect(messages([write, stores(11, 'm1'), failed, finds(90, [])])).toEqual([
    'm1 was stored at t/0@1, but its write was rolled back (phantom event)',
  ])
  expect(messages([write, gets(11, 'c1', 'm1'), failed], { ...REQUIRED, witness: 'none' })).toEqual([
    'm1 was delivered to c1, but its write was rolled back (phantom event)',
  ])
  expect(messages([write, failed, finds(90, ['m1'])])).toEqual([
    'the write of m1 was rolled back, but its row is stored',
  ])
  expect(messages([write, keeps(12, 'm1'), finds(90, [])])).toEqual([
    'the write of m1 was rolled back, and its caller was told that it is stored',
  ])
})

test.each([
  ['flag', 1, 'boolean true', 'number 1'],
  ['count', '1', 'number 1', 'string "1"'],
  ['label', 1, 'string "1"', 'number 1'],
  ['note', '', 'null', 'string ""'],
  ['ratio', 0, 'number 0.5', 'number 0'],
] as const)('the %s of a row came out as another', (name, stored, expected, actual) => {
  const happened = [writes(10, 'm1'), stores(11, 'm1'), keeps(12, 'm1'), finds(90, ['m1'], { [name]: stored })]
  const message = `the ${name} of row of m1, stored with m1, is not what was written`
  expect(judged(happened).violations).toMatchObject([{ message, expected, actual }])
})

test('the event of one write is stored once, unless something explains the second', () => {
  const again: Happening = [{ type: 'stored', at: 20, op: 'm1', position: place('m1', 5), content: contentOf('m1') }]
  const up: Happening = [{ type: 'opened', at: 1, node: 'n2' }]
  const happened = [up, writes(10, 'm1'), stores(11, 'm1'), keeps(12, 'm1'), again, finds(90, ['m1'])]
  const twice = ['m1, the event of one write, was stored 2 times for no reason']
  expect(messages(happened)).toEqual(twice)
  expect(messages([fault(15, 18, 'publish'), ...happened])).toEqual([])
  expect(messages([kills(15, 'n2'), ...happened])).toEqual([])
  expect(messages([fault(50, 60, 'publish'), kills(70, 'n2'), ...happened])).toEqual(twice)
  const once = {
    ...REQUIRED,
    claims: { ...STORY_CLAIMS, delivery: 'exactly-once', write: { event: 'required' } },
  } as const
  expect(messages([fault(15, 18, 'publish'), ...happened], once)).toEqual(twice)
})

test('without a fault every write is done', () => {
  const failed = [writes(10, 'm1'), gives(12, 'm1', REFUSED), finds(20, [])]
  expect(examine(CLAUSE, [...failed, drained(30)], REQUIRED).messages).toEqual([
    'the write of m1 failed, but no fault was near',
  ])
  expect(examine(CLAUSE, [fault(1, 2, 'consume'), ...failed, drained(30)], REQUIRED).messages).toEqual([])
  const rolledBack = [writes(10, 'm1', { rollsBack: true }), gives(12, 'm1', ROLLED_BACK), finds(20, [])]
  expect(examine(CLAUSE, [...rolledBack, drained(30)], REQUIRED).messages).toEqual([])
  const unpublished = [writes(10, 'm1'), keeps(12, 'm1', 'failed', REFUSED), finds(20, ['m1'])]
  expect(examine(CLAUSE, [...unpublished, drained(30)], OPTIONAL).messages).toEqual([
    'the write of m1 failed, but no fault was near',
  ])
})

test('a write that meets a breaker forced open by hand may fail, and so may its event', () => {
  const held = [forces(5, 'isolate'), forces(20, 'reset')]
  const failed = (at: number) => [writes(at, 'm1'), gives(at + 1, 'm1', OPEN), finds(40, []), drained(50)]
  const unpublished = (at: number) => [
    writes(at, 'm1'),
    keeps(at + 1, 'm1', 'failed', OPEN),
    finds(40, ['m1']),
    drained(50),
  ]
  const message = 'the write of m1 failed, but no fault was near'
  expect(examine(CLAUSE, [...held, ...failed(10)], REQUIRED)).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...held, ...unpublished(10)], OPTIONAL)).toMatchObject(fine(1))
  expect(examine(CLAUSE, [...held, ...failed(30)], REQUIRED).messages).toEqual([message])
  expect(examine(CLAUSE, [...held, ...unpublished(30)], OPTIONAL).messages).toEqual([message])
  const elsewhere = held.map((events) => events.map((event) => ({ ...event, node: 'n2' })))
  expect(examine(CLAUSE, [...elsewhere, ...failed(10)], REQUIRED).messages).toEqual([message])
  // It may fail, and must not be half done.
  const half = [writes(10, 'm1'), gives(11, 'm1', OPEN), finds(40, ['m1']), drained(50)]
  expect(examine(CLAUSE, [...held, ...half], REQUIRED).messages).toEqual([
    'the write of m1 failed with effect none, but its row is stored',
  ])
})

test('on a real site a request may run into its time-out', () => {
  const failed = (until: number) => [
    writes(10, 'm1'),
    gives(until, 'm1', error('TIMEOUT')),
    finds(until + 1, []),
    drained(until + 2),
  ]
  const real = { ...REQUIRED, site: 'real', witness: 'after' } as const
  expect(examine(CLAUSE, failed(110), real).messages).toEqual([])
  expect(examine(CLAUSE, failed(109), real).messages).toHaveLength(1)
  expect(examine(CLAUSE, failed(110), REQUIRED).messages).toHaveLength(1)
})

test('with an outbox, what is queued is published in the end', () => {
  const queued = [writes(10, 'm1'), keeps(12, 'm1', 'queued'), finds(90, ['m1'])]
  const lost = ['the write of m1 is committed, and its event was never published (lost event)']
  expect(judged([...queued, stores(50, 'm1')], OUTBOX)).toMatchObject(fine(1))
  expect(messages(queued, OUTBOX)).toEqual(lost)
  expect(examine(CLAUSE, queued, { ...OUTBOX, complete: false })).toMatchObject(fine(1))
  // The rows are unreadable, but the caller was told.
  expect(messages(queued.slice(0, 2), OUTBOX)).toEqual(lost)
  expect(messages([writes(10, 'm1'), keeps(12, 'm1', 'queued'), finds(90, [])], OUTBOX)).toEqual([
    'the write of m1 is lost: its caller was told that it is stored',
  ])
})

test('with an outbox, so is the event of a row whose process crashed before it told anybody', () => {
  const crashed = [writes(10, 'm1'), kills(12)]
  expect(judged([...crashed, finds(90, ['m1']), stores(50, 'm1')], OUTBOX)).toMatchObject(fine(1))
  expect(judged([...crashed, finds(90, [])], OUTBOX)).toMatchObject(fine(1))
  expect(judged([...crashed, finds(90, ['m1'])], OUTBOX).violations).toMatchObject([
    {
      message: 'the write of m1 is committed, and its event was never published (lost event)',
      actual: 'its process ended before it was',
    },
  ])
  expect(judged([...crashed, finds(90, ['m1'])], REQUIRED)).toMatchObject(fine(1))
})

test('with an outbox, what was told to have failed is published too where its row stands', () => {
  const failed = [writes(10, 'm1'), gives(12, 'm1', error('TIMEOUT')), finds(90, ['m1'])]
  expect(messages([...failed, stores(50, 'm1')], OUTBOX)).toEqual([])
  expect(messages(failed, OUTBOX)).toContain(
    'the write of m1 is committed, and its event was never published (lost event)',
  )
})

const both = (first: number, then: number): Happening[] => [
  writes(10, 'm1'),
  keeps(12, 'm1', 'queued'),
  writes(then, 'm2'),
  keeps(30, 'm2', 'queued'),
  stores(first, 'm2', { offset: 3 }),
  stores(40, 'm1', { offset: 4 }),
  finds(90, ['m1', 'm2']),
]

test('with an outbox, events are published in the order of commits', () => {
  const overtaken = ['the outbox sent m2 before m1, although m1 was committed first']
  expect(messages(both(35, 20), OUTBOX)).toEqual(overtaken)
  expect(judged(both(35, 20), OUTBOX).violations).toMatchObject([
    { op: 'm2', at: 35, actual: 'm2 stored at t/0@3 and m1 at @4' },
  ])
  // Both were under way at once.
  expect(messages(both(35, 11), OUTBOX)).toEqual([])
  // Clocks of two processes may differ by a little.
  const real = { ...OUTBOX, site: 'real', witness: 'after' } as const
  expect(messages(both(35, 12.5), OUTBOX)).toEqual(overtaken)
  expect(messages(both(35, 12.5), real)).toEqual([])
  expect(messages(both(35, 13.5), real)).toEqual(overtaken)
  const acknowledged = [
    writes(10, 'm1'),
    keeps(12, 'm1'),
    writes(20, 'm2'),
    keeps(22, 'm2'),
    stores(11, 'm1', { offset: 4 }),
    stores(21, 'm2', { offset: 3 }),
    finds(90, ['m1', 'm2']),
  ]
  expect(messages(acknowledged, REQUIRED)).toEqual([])
  expect(messages(acknowledged, OUTBOX)).toEqual(overtaken)
})

test('whatever lies between two events, the order is theirs', () => {
  const three = [
    writes(10, 'm1'),
    keeps(12, 'm1', 'queued'),
    writes(20, 'm2'),
    writes(21, 'm3'),
    keeps(30, 'm2', 'queued'),
    keeps(30, 'm3', 'queued'),
    stores(40, 'm3', { offset: 1 }),
    stores(41, 'm2', { offset: 2 }),
    stores(42, 'm1', { offset: 3 }),
    finds(90, ['m1', 'm2', 'm3']),
  ]
  expect(messages(three, OUTBOX)).toEqual(['the outbox sent m3 before m1, although m1 was committed first'])
  const elsewhere: Happening = [
    { type: 'stored', at: 42, op: 'm1', position: { ...place('m1', 9), partition: 1 }, content: contentOf('m1') },
  ]
  const aside = three.filter((happening) => !happening.some(({ type, at }) => type === 'stored' && at === 42))
  expect(messages([...aside, elsewhere], OUTBOX)).toEqual([])
})

test('a write that failed may have been committed at any time', () => {
  const happened = [
    writes(10, 'm1'),
    gives(12, 'm1', error('TIMEOUT')),
    writes(20, 'm2'),
    keeps(30, 'm2', 'queued'),
    stores(35, 'm2', { offset: 3 }),
    stores(40, 'm1', { offset: 4 }),
    finds(90, ['m1', 'm2']),
  ]
  expect(messages(happened, OUTBOX)).toEqual([])
})

test('with an outbox, what is wrong is told once', () => {
  const rolledBack = [writes(10, 'm1', { rollsBack: true }), gives(12, 'm1', ROLLED_BACK), finds(90, ['m1'])]
  expect(messages(rolledBack, OUTBOX)).toEqual(['the write of m1 was rolled back, but its row is stored'])
  const acknowledged = [writes(10, 'm1'), keeps(12, 'm1'), finds(90, ['m1'])]
  expect(messages(acknowledged, OUTBOX)).toEqual([
    'the write of m1 was acknowledged without its event, and without an error (lost event)',
  ])
})
