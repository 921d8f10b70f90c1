import { describe, expect, test } from 'vitest'
import { createRandom } from '../../random.ts'
import { judgePooled } from '../pooled.ts'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, findingIn, fine } from '../testing/examine.case.ts'
import { gets, type Happening, joins, publishes, takes, tries } from '../testing/story.case.ts'

const CLAUSE = 'retry/3'
const { retry, handling } = STORY_CLAIMS
if (retry === undefined || handling === undefined) throw new Error('the stories claim retries')
/** Waits from 40 to 120 ms before the first retry, and no other range is as wide. */
const claims = { ...STORY_CLAIMS, retry: { ...retry, base: 80, cap: 80 }, handling: { ...handling, base: 80, cap: 80 } }

const samplesOf = (happened: readonly Happening[], site: 'simulated' | 'real' = 'simulated') =>
  findingIn(CLAUSE, happened, { claims, site }).samples

/** A publish whose first attempt fails at `at`, and whose second one begins `wait` ms later. */
const waits = (at: number, op: string, wait: number, node = 'n1'): Happening =>
  [...publishes(at, op), ...tries(at, at, op), ...tries(at + wait, at + wait, op, 2)].map((event) => ({
    ...event,
    node,
  }))

describe('one run counts', () => {
  test('into which part of its range each wait falls', () => {
    const happened = [waits(10, 'm1', 40), waits(11, 'm2', 79), waits(12, 'm3', 119.9), waits(13, 'm4', 200)]
    expect(samplesOf(happened)?.['publish waits']).toEqual([1, 0, 0, 1, 0, 0, 0, 2])
    expect(samplesOf(happened, 'real')?.['publish waits']).toEqual([1, 1, 0, 2])
    expect(examine(CLAUSE, happened, { claims })).toMatchObject(fine(4))
  })
  test('pairs on one node that lie at the same place, whatever their places', () => {
    const happened = [waits(10, 'm1', 50), waits(11, 'm2', 51), waits(12, 'm3', 60), waits(13, 'm4', 90)]
    expect(samplesOf(happened)?.['publish pairs']).toEqual([1, 1])
    const apart = [waits(10, 'm1', 50, 'n1'), waits(11, 'm2', 50, 'n2')]
    expect(samplesOf(apart)?.['publish pairs']).toBeUndefined()
  })
  test('the first wait of each bus', () => {
    const happened = [waits(10, 'm1', 41), waits(11, 'm2', 90), waits(10, 'm3', 119, 'n2')]
    expect(samplesOf(happened)?.['publish firsts']).toEqual([1, 0, 0, 0, 0, 0, 0, 1])
  })
  test('waits of handlers by themselves', () => {
    const happened = [
      joins(0, 'c1'),
      takes(1_000, 'm1'),
      gets(1_002, 'c1', 'm1', { outcome: 'retryable' }),
      gets(1_062, 'c1', 'm1', { attempt: 2 }),
    ]
    expect(samplesOf(happened)).toMatchObject({ 'handler waits': [0, 0, 1, 0, 0, 0, 0, 0] })
    expect(examine(CLAUSE, happened, { claims })).toMatchObject(fine(0))
  })
  test('nothing of a range that is too narrow to be divided, and nothing where nothing is tried again', () => {
    expect(examine(CLAUSE, [waits(10, 'm1', 10)])).toMatchObject(fine(0))
    expect(examine(CLAUSE, [publishes(10, 'm1'), tries(10, 10, 'm1')], { claims })).toMatchObject(fine(0))
  })
})

describe('many runs together', () => {
  const messages = (samples: Readonly<Record<string, readonly number[]>>) =>
    judgePooled(CLAUSE, samples).map(({ message }) => message)
  const even = [130, 120, 140, 110, 125, 130, 120, 125]
  test('fill the range', () => {
    expect(messages({ 'publish waits': even, 'handler waits': even })).toEqual([])
    expect(messages({ 'publish waits': [25, 140, 150, 140, 150, 140, 155, 100] })).toEqual([])
  })
  test.each([
    ['are constant', [0, 0, 0, 1_000, 0, 0, 0, 0]],
    ['are drawn from half of it', [0, 0, 250, 250, 250, 250, 0, 0]],
    ['never reach its end', [150, 150, 140, 150, 140, 130, 140, 0]],
    ['hardly ever reach its beginning', [4, 146, 140, 150, 140, 140, 140, 140]],
  ])('do not where they %s', (_name, counts) => {
    expect(messages({ 'publish waits': counts })).toEqual([
      'the waits before a publish is retried do not fill the claimed range',
    ])
    expect(messages({ 'handler waits': counts })).toHaveLength(1)
  })
  test('are too few to say so', () => {
    expect(messages({ 'publish waits': [0, 0, 0, 999, 0, 0, 0, 0] })).toEqual([])
  })
  test('draws that callers share', () => {
    expect(messages({ 'publish pairs': [60, 40] })).toEqual([
      'the waits before a publish is retried are drawn once for several callers',
    ])
    expect(messages({ 'publish pairs': [50, 50] })).toEqual([])
    expect(messages({ 'publish pairs': [99, 0] })).toEqual([])
  })
  test('buses that all begin alike', () => {
    expect(messages({ 'publish firsts': [0, 40, 0, 0, 5, 5, 0, 0] })).toEqual([
      'every bus starts with the same wait before a publish is retried',
    ])
    expect(messages({ 'publish firsts': [10, 30, 0, 0, 5, 5, 0, 0] })).toEqual([])
    expect(messages({ 'publish firsts': [0, 49, 0, 0, 0, 0, 0, 0] })).toEqual([])
  })
  test('a fair draw is never found wanting, at any of 20,000 looks', () => {
    const random = createRandom(1)
    const counts = new Array<number>(8).fill(0)
    for (let waits = 1; waits <= 20_000; waits++) {
      const part = Math.floor(random() * 8)
      counts[part] = (counts[part] ?? 0) + 1
      if (messages({ 'publish waits': counts }).length > 0) expect(`after ${waits}`).toBe('never')
    }
    expect(Math.min(...counts)).toBeGreaterThan(2_000)
  })
})
