import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { CLAUSES } from '../../spec/index.ts'
import type { Kept } from '../certificate/soak.ts'
import { createTally, type Tally, type TallyParts } from '../certificate/tally.ts'
import { verdictsOf } from '../certificate/verdicts.ts'
import { UsageError } from '../errors.ts'
import { OWN_VERSION, PACKAGE_ROOT } from '../own-package.ts'
import { exampleClaims } from '../plan/claims.case.ts'
import { fitPlan } from '../plan/fit.ts'
import { generatePlan } from '../plan/generate.ts'
import { verdictOf } from '../report/certificate.case.ts'
import type { RunOutcome } from '../run/outcome.ts'
import { startSimulatedLanes } from '../site/simulated/lanes.ts'
import { merge } from './merge.ts'
import { LATENCY, shard } from './shard.case.ts'
import type { Read } from './soaked.ts'

interface Recorded {
  readonly claims: Parameters<typeof verdictsOf>[1]['claims']
  readonly outcomes: readonly RunOutcome[]
}

async function record(module: string, runs: number): Promise<Recorded> {
  await using running = await startSimulatedLanes(new URL(module, PACKAGE_ROOT).href, 1)
  const { adapter, lanes } = running
  const outcomes: RunOutcome[] = []
  for (let index = 0; index < runs; index++) {
    const plan = generatePlan({ claims: adapter.claims, site: 'simulated', leans: ['retries'] }, 7, index)
    const outcome = await lanes[0]?.execute(fitPlan(plan, adapter.claims))
    if (outcome !== undefined) outcomes.push(outcome)
  }
  return { claims: adapter.claims, outcomes }
}

/** As they come from a file. */
const written = (parts: TallyParts): TallyParts => JSON.parse(JSON.stringify(parts)) as TallyParts

describe.each([
  ['a bus that keeps its word', 'adapters/memory/all-options.ts', 30, []],
  [
    'one that loses what failed',
    'mutants/delivery/drops-what-failed.ts',
    20,
    ['delivery/1', 'delivery/6', 'delivery/10'],
  ],
  // What no run alone shows.
  ['one whose waits never differ', 'mutants/retry/jitter-is-constant.ts', 60, ['retry/3', 'retry/7']],
])('the recorded runs of %s', (_name, module, runs, violates) => {
  let recorded: Recorded
  beforeAll(async () => {
    recorded = await record(module, runs)
  }, 120_000)

  const judged = (tally: Tally) =>
    verdictsOf(tally, { clauses: CLAUSES, claims: recorded.claims }).map(({ violations: _, ...verdict }) => verdict)

  test('give the same verdicts however they are split into shards', () => {
    const whole = createTally()
    for (const outcome of recorded.outcomes) whole.add(outcome)
    const wanted = judged(whole)
    const violated = wanted.filter(({ verdict }) => verdict === 'fail').map(({ clause }) => clause)
    expect(violated).toEqual(violates)
    expect(wanted.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(3)
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 4, 8),
        fc.array(fc.nat(), { minLength: runs, maxLength: runs }),
        (count, places) => {
          const shards = Array.from({ length: count }, createTally)
          for (const [index, outcome] of recorded.outcomes.entries()) shards[(places[index] ?? 0) % count]?.add(outcome)
          const joined = createTally()
          for (const shard of shards) joined.join(written(shard.parts()))
          expect(judged(joined)).toEqual(wanted)
          const { runs: all, events, requests, dropped, faults } = whole
          expect(joined).toMatchObject({ runs: all, events, requests, dropped, faults })
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('merging', () => {
  test('adds up what shards measured, and judges the whole', () => {
    const { soak, verdicts, faults, runs, events, certified, notes, madeAgain, seed, ...rest } = merge([
      shard(2, 2, [200, 200, 500]),
      shard(1, 2, [10]),
    ])
    expect(soak).toEqual({
      sent: 24,
      acknowledged: 16,
      failed: 4,
      handled: 16,
      redelivered: 2,
      lag: 6,
      latency: { publish: { count: 4, p50: 200, p99: 500, p999: 500, max: 500 }, handle: LATENCY },
      unavailable: { longest: 2_000, byFault: { 'publish: refuse': 2_000 } },
      thresholds: [
        { text: 'p50(publish) < 100ms', worst: 200, isKept: false },
        { text: 'p99(publish) < 100ms over 1m', worst: 20, isKept: true },
        { text: 'rate >= 40/s over 1m', worst: 60, isKept: true },
        { text: 'failed < 30%', worst: 20, isKept: true },
        { text: 'unavailable < 3s', worst: 2_000, isKept: true },
      ],
      series: {
        points: [
          { at: 0, rate: 20, p50: 5, p99: null },
          { at: 1_000, rate: 60, p50: 6, p99: 14 },
        ],
        bands: [
          { from: 0, to: 10, name: 'publish: refuse' },
          { from: 0, to: 10, name: 'publish: refuse' },
        ],
      },
      ended: 'threshold',
      why: 'p50(publish) < 100ms was not kept',
      epochs: 2,
      lasted: 10_002,
      rate: 100,
      memory: { perHour: 2, plusMinus: 1 },
      nodeMemory: { perHour: 9, plusMinus: 1 },
    })
    expect(verdicts.find(({ clause }) => clause === 'delivery/1')).toMatchObject({ verdict: 'pass', occasions: 300 })
    expect([faults, runs, events, certified, seed]).toEqual([{ landed: { refuse: 3 }, missed: 0 }, 2, 20, false, 7])
    expect(notes).toContain('Merged from 2 shards.')
    expect(madeAgain).toEqual(['shard 2 of 2: run 3: it broke'])
    expect(rest).not.toHaveProperty('shard')
  })

  test('is soaked where all together are, though one had no fault or broke a threshold alone', () => {
    const parts = [
      shard(1, 2, [10], { ended: 'threshold', why: 'failed < 30% was not kept' }),
      shard(2, 2, [10], { ended: 'empty', why: 'no fault landed' }),
    ]
    expect(merge(parts)).toMatchObject({ certified: true, soak: { ended: 'finished', why: null } })
  })

  test('ends as the shard that was ended from outside', () => {
    const parts = [shard(1, 2, [10]), shard(2, 2, [10], { ended: 'guard', why: 'the guard x ended with 1' })]
    expect(merge(parts)).toMatchObject({
      certified: false,
      soak: { ended: 'guard', why: 'shard 2 of 2: the guard x ended with 1' },
    })
  })

  test('keeps a bound that the longest of all keeps exactly', () => {
    const bound = [{ text: 'max(publish) <= 500ms', worst: 500, isKept: true }]
    const parts = [shard(1, 2, [500], { thresholds: bound }), shard(2, 2, [10], { thresholds: bound })]
    expect(merge(parts).soak.thresholds).toEqual(bound)
  })

  test('takes a rate that one shard could not measure for kept only where each other kept its own', () => {
    const kept = { text: 'rate >= 40/s over 1m', worst: 30, isKept: true }
    const none = { ...kept, worst: null }
    const judged = (one: Kept, other: Kept) =>
      merge([shard(1, 2, [10], { thresholds: [one] }), shard(2, 2, [10], { thresholds: [other] })]).soak
    expect(judged(kept, none)).toMatchObject({ ended: 'finished', thresholds: [{ worst: null, isKept: true }] })
    expect(judged({ ...kept, worst: 1, isKept: false }, none)).toMatchObject({ ended: 'threshold' })
  })

  test('what one shard has violated is violated, whatever the sums say', () => {
    const [one, two] = [shard(1, 2, [10]), shard(2, 2, [10], { ended: 'violation', why: 'violated retry/3' })]
    const failed = verdictOf('retry/3', { verdict: 'fail', violationCount: 1 })
    const merged = merge([one, { ...two, certificate: { ...two.certificate, verdicts: [failed] } }])
    expect(merged).toMatchObject({ certified: false, soak: { ended: 'violation', why: 'violated retry/3' } })
    expect(merged.verdicts.find(({ clause }) => clause === 'retry/3')).toMatchObject({ verdict: 'fail' })
  })

  test('says of a shard that it was resumed', () => {
    const two = shard(2, 2, [10])
    const notes = ['Resumed after 3 epochs: it died.', 'something else']
    const merged = merge([shard(1, 2, [10]), { ...two, certificate: { ...two.certificate, notes } }])
    expect(merged.notes).toContain('shard 2 of 2: Resumed after 3 epochs: it died.')
    expect(merged.notes.join()).not.toContain('something else')
  })

  test('an error of one shard is one of the whole', () => {
    const [one, two] = [shard(1, 2, [10]), shard(2, 2, [10], { ended: 'error', why: 'it broke' })]
    const merged = merge([one, { ...two, certificate: { ...two.certificate, error: 'it broke' } }])
    expect(merged).toMatchObject({ certified: false, error: 'shard 2 of 2: it broke', soak: { ended: 'error' } })
    expect(new Set(merged.verdicts.map(({ verdict }) => verdict))).toEqual(new Set(['error', 'unsupported']))
  })

  test('is not soaked where faults were asked for and none landed anywhere', () => {
    const parts = [1, 2].map((index) => {
      const read = shard(index, 2, [10], { ended: 'threshold', why: 'it broke one alone' })
      const { tally } = read.certificate.shard
      const calm = { ...tally, faults: { landed: {}, missed: 0 } }
      return { ...read, certificate: { ...read.certificate, shard: { ...read.certificate.shard, tally: calm } } }
    })
    expect(merge(parts)).toMatchObject({ certified: false, soak: { ended: 'empty' } })
  })

  const changed = (read: Read, more: Partial<Read['certificate']>): Read => ({
    ...read,
    certificate: { ...read.certificate, ...more },
  })
  const [one, two] = [shard(1, 2, []), shard(2, 2, [])]
  test.each<[string, readonly Read[], string]>([
    ['nothing', [], 'no certificate was given: give those of all shards'],
    ['one that is missing', [one], 'shard 2 of 2 is missing: give the certificates of all shards'],
    [
      'one twice',
      [one, two, { ...one, file: 'again.json' }],
      '1.json and again.json are both shard 1 of 2: give each shard once',
    ],
    [
      'one of another file',
      [one, changed(two, { shard: { ...two.certificate.shard, file: 'other' } })],
      '2.json is of another chaos file than 1.json: give the shards of one run',
    ],
    [
      'one of another run',
      [one, changed(two, { shard: { ...two.certificate.shard, run: '8' } })],
      '2.json is of another run than 1.json: give the shards of one run',
    ],
    [
      'one of another claim',
      [one, changed(two, { shard: { ...two.certificate.shard, claims: { ...exampleClaims, ordering: 'none' } } })],
      '2.json is of another adapter than 1.json: give the shards of one run',
    ],
    [
      'those of another busproof',
      [one, two].map((read) => changed(read, { environment: { ...read.certificate.environment, busproof: '0.0.1' } })),
      `1.json is of busproof 0.0.1, and this is ${OWN_VERSION}: merge it with that one`,
    ],
    [
      'one of another division',
      [one, shard(2, 3, [])],
      '2.json is of another number of shards than 1.json: give the shards of one run',
    ],
    [
      'one of another adapter',
      [one, changed(two, { adapter: 'other' })],
      '2.json is of another adapter than 1.json: give the shards of one run',
    ],
  ])('refuses %s', (_name, given, why) => {
    expect(() => merge(given)).toThrow(new UsageError(why))
  })
})
