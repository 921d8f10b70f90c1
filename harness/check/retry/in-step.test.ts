import { describe, expect, test } from 'vitest'
import { judgePooled } from '../pooled.ts'
import { STORY_CLAIMS } from '../testing/claims.case.ts'
import { examine, findingIn, fine } from '../testing/examine.case.ts'
import { fault, type Happening, publishes, stalls, tries } from '../testing/story.case.ts'

const CLAUSE = 'retry/7'
const { retry } = STORY_CLAIMS
if (retry === undefined) throw new Error('the stories claim retries')
/** Waits from 40 to 120 ms before every retry. */
const claims = { ...STORY_CLAIMS, retry: { ...retry, base: 80, cap: 80 } }
const OUTAGE = fault(0, 200, 'publish')

const waits = (from: number, to: number, op: string, node = 'n1'): Happening =>
  [...publishes(from, op), ...tries(from, from, op), ...tries(to, to, op, 2)].map((event) => ({ ...event, node }))

const pairs = (happened: readonly Happening[], site: 'simulated' | 'real' = 'simulated') =>
  findingIn(CLAUSE, happened, { claims, site }).samples?.['pairs']

describe('one run counts neighbours that failed in an outage', () => {
  test('and are tried again at one moment, or not, on whatever nodes', () => {
    const happened = [OUTAGE, waits(10, 80, 'm1'), waits(15, 81, 'm2', 'n2'), waits(20, 80, 'm3'), waits(25, 90, 'm4')]
    expect(pairs(happened)).toEqual([1, 1])
    expect(examine(CLAUSE, happened, { claims })).toMatchObject(fine(2))
    expect(pairs([OUTAGE, waits(10, 80, 'm1'), waits(15, 82, 'm2')])).toEqual([0, 1])
    expect(pairs([OUTAGE, waits(10, 80, 'm1'), waits(15, 82, 'm2')], 'real')).toEqual([1, 0])
  })
  test.each([
    ['failed long after each other', [OUTAGE, waits(10, 80, 'm1'), waits(60, 120, 'm2')]],
    ['failed without an outage', [waits(10, 80, 'm1'), waits(15, 80, 'm2')]],
    ['failed in one that hit nothing', [fault(0, 200, 'publish', false), waits(10, 80, 'm1'), waits(15, 80, 'm2')]],
    ['were held up by a machine that stood still', [OUTAGE, waits(10, 90, 'm1'), waits(15, 90, 'm2'), stalls(20, 90)]],
  ])('but none that %s', (_name, happened) => {
    expect(pairs(happened)).toBeUndefined()
    expect(examine(CLAUSE, happened, { claims })).toMatchObject(fine(0))
  })
})

describe('many runs together', () => {
  const found = (together: number, apart: number) => judgePooled(CLAUSE, { pairs: [together, apart] })
  test('spread out', () => {
    expect(found(15, 185)).toEqual([])
    expect(found(50, 100)).toEqual([])
  })
  test('are in step', () => {
    expect(found(60, 90)).toMatchObject([
      { clause: CLAUSE, message: 'publishes that failed in one outage are retried in step' },
    ])
  })
  test('are too few to say so', () => {
    expect(found(149, 0)).toEqual([])
  })
})
