import { describe, expect, test } from 'vitest'
import type { Soak } from '../certificate/soak.ts'
import { UsageError } from '../errors.ts'
import { OWN_VERSION } from '../own-package.ts'
import { verdictOf } from '../report/certificate.case.ts'
import type { Lanes } from '../site/lane.ts'
import { readChaos } from './file/read.ts'
import { assertGoesOn, assertSameBus, follow } from './resume.ts'
import { LATENCY, shard } from './shard.case.ts'
import { ALONE, digestOf } from './shard.ts'
import type { Read } from './soaked.ts'

const UNFINISHED = { ended: 'unfinished', why: 'it had not ended when this was written' } as const
const whole = readChaos('target: { adapter: memory, site: real }\nload: { rate: 10/s }\nduration: 1m\n', 'it.yaml')

function left(more: Partial<Soak> = {}): Read {
  const { file, certificate } = shard(1, 1, [10], { ...UNFINISHED, ...more })
  return {
    file,
    certificate: { ...certificate, shard: { ...certificate.shard, file: digestOf(whole) } },
  }
}

describe('a run that goes on', () => {
  test('is judged as one with what it had before', () => {
    const { certificate: earlier } = left({ lag: 9, why: 'it died' })
    const { certificate: own } = shard(1, 1, [200, 200, 500])
    const { soak, verdicts, shard: part, ...rest } = follow(earlier, own)
    expect(soak).toEqual({
      sent: 24,
      acknowledged: 16,
      failed: 8,
      handled: 16,
      redelivered: 2,
      lag: 9,
      latency: { publish: { count: 4, p50: 200, p99: 500, p999: 500, max: 500 }, handle: LATENCY },
      unavailable: { longest: 1_000, byFault: { 'publish: refuse': 1_000 } },
      thresholds: [
        { text: 'p50(publish) < 100ms', worst: 200, isKept: false },
        { text: 'p99(publish) < 100ms over 1m', worst: 10, isKept: true },
        { text: 'rate >= 40/s over 1m', worst: 20, isKept: true },
        { text: 'failed < 30%', worst: 100 / 3, isKept: false },
        { text: 'unavailable < 3s', worst: 1_000, isKept: true },
      ],
      series: {
        points: [
          { at: 0, rate: 10, p50: 5, p99: null },
          { at: 1_000, rate: 20, p50: 6, p99: 7 },
          { at: 2_000, rate: 10, p50: 5, p99: null },
          { at: 3_000, rate: 20, p50: 6, p99: 7 },
        ],
        bands: [
          { from: 0, to: 10, name: 'publish: refuse' },
          { from: 2_000, to: 2_010, name: 'publish: refuse' },
        ],
      },
      ended: 'threshold',
      why: 'p50(publish) < 100ms was not kept',
      epochs: 2,
      lasted: 20_002,
      rate: 50,
      memory: { perHour: 1, plusMinus: 1 },
      nodeMemory: null,
    })
    expect(verdicts.find(({ clause }) => clause === 'delivery/1')).toMatchObject({ verdict: 'pass', occasions: 300 })
    expect(rest).toMatchObject({ runs: 2, events: 20, faults: { landed: { refuse: 2 }, missed: 0 }, certified: false })
    expect(rest.notes).toContain(
      'Resumed after 1 epoch: what was under way then was done again, and counts twice in the figures.',
    )
    expect(part).toMatchObject({ tally: { runs: 2 }, done: own.shard.done })
    // And a third time, from what the second has left.
    const third = follow({ ...own, soak, verdicts, shard: part, notes: rest.notes }, own)
    expect(third).toMatchObject({ runs: 3, soak: { latency: { publish: { count: 7 } } } })
    expect(third.notes.filter((note) => note.startsWith('Resumed'))).toHaveLength(2)
  })

  const fine = { thresholds: [] }
  test.each<[string, Partial<Soak>, Partial<Soak>]>([
    ['is soaked where it finishes well', fine, { ended: 'finished', why: null }],
    ['may be interrupted once more', { ...fine, ended: 'interrupted', why: 'by hand' }, { ended: 'interrupted' }],
    ['may die once more', { ...fine, ...UNFINISHED }, UNFINISHED],
    ['may find its target unhealthy', { ...fine, ended: 'unhealthy', why: 'it is' }, { ended: 'unhealthy' }],
    ['may be ended by an error', { ...fine, ended: 'error', why: 'it broke' }, { ended: 'error' }],
  ])('%s', (_name, own, wanted) => {
    const followed = follow(left(fine).certificate, shard(1, 1, [10], own).certificate)
    expect(followed).toMatchObject({ certified: wanted.ended === 'finished', soak: wanted })
  })

  test('keeps what the earlier part has violated, whatever the sums say', () => {
    const earlier = left(fine).certificate
    const failed = verdictOf('retry/3', { verdict: 'fail', violationCount: 1 })
    const followed = follow({ ...earlier, verdicts: [failed] }, shard(1, 1, [10], fine).certificate)
    expect(followed).toMatchObject({ certified: false, soak: { ended: 'violation', why: 'violated retry/3' } })
  })

  const changed = (part: object): Read => {
    const read = left()
    return {
      ...read,
      certificate: { ...read.certificate, shard: { ...read.certificate.shard, ...part } },
    }
  }
  test.each<[string, Read, string]>([
    [
      'one that has finished',
      left({ ended: 'finished', why: null }),
      '--resume 1.json: there is nothing to go on with, it has ended; begin anew without --resume',
    ],
    [
      'one that a violation ended',
      left({ ended: 'violation', why: 'violated delivery/1' }),
      '--resume 1.json: there is nothing to go on with, it has ended: violated delivery/1; begin anew without --resume',
    ],
    [
      'one that broke a threshold',
      left({ ended: 'threshold', why: 'it broke' }),
      '--resume 1.json: there is nothing to go on with, it has ended: it broke; begin anew without --resume',
    ],
    ['another shard', changed({ index: 2, of: 3 }), '--resume 1.json is of shard 2/3: give --shard 2/3'],
    ['another run', changed({ run: 'a' }), '--resume 1.json is of the run a: give that --run-id, or leave it out'],
    [
      'another file',
      changed({ file: 'abc' }),
      '--resume 1.json is of another chaos file, or of this one before it was changed: begin anew',
    ],
  ])('refuses %s before anything starts', (_name, read, why) => {
    expect(() => assertGoesOn(read, { whole, shard: ALONE, runId: 'b' })).toThrow(new UsageError(why))
  })

  test('refuses a shard where the run is not shared', () => {
    expect(() => assertGoesOn(left(), { whole, shard: { index: 1, of: 2 } })).toThrow(
      new UsageError('--resume 1.json is of a run that is not shared: leave --shard out'),
    )
  })

  test.each(['unfinished', 'interrupted', 'guard', 'unhealthy', 'error'] as const)('may have ended as %s', (ended) => {
    expect(() => assertGoesOn(left({ ended }), { whole, shard: ALONE })).not.toThrow()
  })

  test('overcomes the error of the earlier part', () => {
    const { certificate } = left({ ...fine, ended: 'error', why: 'it broke' })
    const tally = { ...certificate.shard.tally, error: 'it broke' }
    const earlier = { ...certificate, error: 'it broke', shard: { ...certificate.shard, tally } }
    const followed = follow(earlier, shard(1, 1, [10], fine).certificate)
    expect(followed).toMatchObject({ certified: true, error: null, shard: { tally: { error: null } } })
  })

  test('a shard keeps its own part of a rate', () => {
    const kept = { thresholds: [{ text: 'rate >= 80/s over 1m', worst: 49, isKept: true }] }
    const [earlier, own] = [left(kept).certificate, shard(1, 2, [10], kept).certificate]
    expect(follow(earlier, own).soak).toMatchObject({ ended: 'finished', thresholds: [{ worst: 49, isKept: true }] })
  })

  test('its points are neither lost nor added up where the parts meet', () => {
    const series = (times: readonly number[]) => ({
      series: { points: times.map((at) => ({ at, rate: 100, p50: 1, p99: 2 })), bands: [] },
    })
    const earlier = left({ ...fine, ...series([0, 2_000, 4_001]) }).certificate
    const own = shard(1, 1, [10], { ...fine, ...series([0, 3_000]) }).certificate
    expect(new Set(follow(earlier, own).soak.series.points.map(({ rate }) => rate))).toEqual(new Set([100]))
  })

  test('refuses another version', () => {
    const read = left()
    const environment = { ...read.certificate.environment, busproof: '0.0.1' }
    const other = { ...read, certificate: { ...read.certificate, environment } }
    expect(() => assertGoesOn(other, { whole, shard: ALONE })).toThrow(
      new UsageError(`--resume 1.json is of busproof 0.0.1, and this is ${OWN_VERSION}: go on with that one`),
    )
  })

  test('refuses a bus that claims something else, or of another version', () => {
    const read = left()
    const { claims, lacks } = read.certificate.shard
    const { client, server } = read.certificate.environment
    const lanes = (more: object, version: string | null = server): Lanes =>
      ({ adapter: { claims, client, ...more }, lacks, about: { server: version } }) as unknown as Lanes
    expect(() => assertSameBus(read, lanes({}))).not.toThrow()
    expect(() => assertSameBus(read, lanes({ claims: { ...claims, ordering: 'none' } }))).toThrow(
      new UsageError('--resume 1.json: the bus or its system claims something else now: begin anew'),
    )
    expect(() => assertSameBus(read, lanes({}, '9.9.9'))).toThrow(
      new UsageError('--resume 1.json: the client or the system has another version now: begin anew'),
    )
  })
})
