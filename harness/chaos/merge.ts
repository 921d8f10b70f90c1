/** Joins the certificates of the shards of one chaos run: their sums are judged as if one harness had made them. */
import type { Certificate } from '../certificate/certificate.ts'
import type { ShardPart } from '../certificate/shard.ts'
import type { Kept, Latency, Measured, Point, Series, Shard, Slope, Soak } from '../certificate/soak.ts'
import { createTally } from '../certificate/tally.ts'
import { verdictNotes, verdictsOf } from '../certificate/verdicts.ts'
import { UsageError } from '../errors.ts'
import { plural } from '../text.ts'
import type { Soaked } from './chaos.ts'
import { SOAKED } from './epochs.ts'
import { keeps, parseThreshold, type Span, worse } from './file/threshold.ts'
import { createLatencies, decodeLatencies, latencyOf, quantileOf } from './measured/latencies.ts'
import { MOST_BANDS } from './measured/series.ts'
import type { End } from './stopping.ts'
import { endOf, isSoaked } from './verdict.ts'

/** The certificate of a shard, and where it was read. */
export interface Read {
  readonly file: string
  readonly certificate: Soaked & { readonly shard: ShardPart }
}

/** Throws a {@link UsageError} where they are not all the shards of one run. */
export function merge(given: readonly Read[]): Soaked {
  assertOneRun(given)
  const shards = given
    .map(({ certificate }) => certificate)
    .toSorted((one, other) => one.shard.index - other.shard.index)
  const [first] = shards
  if (first === undefined) throw new UsageError('no certificate was given: give those of all shards')
  const { claims, lacks } = first.shard
  const tally = createTally()
  for (const { shard } of shards) tally.join(shard.tally)
  const verdicts = verdictsOf(tally, { clauses: SOAKED, claims, lacks, error: tally.error })
  const measured = measuredBy(
    shards,
    verdicts.reduce((sum, { violationCount }) => sum + violationCount, 0),
  )
  const soaks = shards.map(({ soak }) => soak)
  const most = (of: (soak: Soak) => number): number => Math.max(...soaks.map(of))
  const lasted = most((soak) => soak.lasted)
  const landed = sumOf(Object.values(tally.faults.landed))
  const end = endOf({
    stopped: stoppedOf(shards),
    verdicts,
    measured,
    isBaseline: false,
    lasted,
    faults: { asked: soaks.some(({ ended }) => ended === 'empty'), landed },
  })
  const soak: Soak = {
    ...measured,
    ...end,
    series: seriesOf(soaks),
    epochs: tally.runs,
    lasted,
    rate: sumOf(soaks.map(({ rate }) => rate)),
    memory: steepest(soaks.flatMap(({ memory }) => memory ?? [])),
  }
  const said = shards.flatMap(({ shard, madeAgain }) => madeAgain.map((one) => `${nameOf(shard)}: ${one}`))
  const { shard: _, ...certificate } = first
  return {
    ...certificate,
    certified: isSoaked(soak, verdicts),
    notes: [...verdictNotes(verdicts), `Merged from ${plural(shards.length, 'shard')}.`, ...said],
    runs: tally.runs,
    events: tally.events,
    faults: tally.faults,
    madeAgain: said,
    verdicts,
    failures: firstByClause(shards),
    error: tally.error,
    soak,
    tookMs: Math.max(...shards.map(({ tookMs }) => tookMs)),
  }
}

const nameOf = ({ index, of }: Shard): string => `shard ${index} of ${of}`

/** What shards of one run have in common, and what a sentence calls it. */
const COMMON: readonly (readonly [string, (certificate: Read['certificate']) => unknown])[] = [
  ['run', ({ shard }) => shard.file],
  ['number of shards', ({ shard }) => shard.of],
  ['adapter', ({ adapter }) => adapter],
  ['version of busproof', ({ environment }) => environment.busproof],
]

function assertOneRun(given: readonly Read[]): void {
  const [first] = given
  if (first === undefined) return
  for (const { file, certificate } of given) {
    for (const [what, of] of COMMON) {
      if (of(certificate) !== of(first.certificate))
        throw new UsageError(`${file} is of another ${what} than ${first.file}: give the shards of one run`)
    }
  }
  const { of } = first.certificate.shard
  for (let index = 1; index <= of; index++) {
    const [one, other] = given.filter(({ certificate }) => certificate.shard.index === index)
    if (one === undefined)
      throw new UsageError(`${nameOf({ index, of })} is missing: give the certificates of all shards`)
    if (other !== undefined)
      throw new UsageError(`${one.file} and ${other.file} are both ${nameOf({ index, of })}: give each shard once`)
  }
}

/** A shard that had no fault of its own, or broke a threshold that counts for all, is no reason by itself. */
function stoppedOf(shards: readonly Read['certificate'][]): End | null {
  const stopped = shards.find(({ soak: { ended } }) => ['guard', 'unhealthy', 'error', 'interrupted'].includes(ended))
  return stopped === undefined
    ? null
    : { ended: stopped.soak.ended, why: `${nameOf(stopped.shard)}: ${stopped.soak.why}` }
}

function measuredBy(shards: readonly Read['certificate'][], violations: number): Measured {
  const soaks = shards.map(({ soak }) => soak)
  const total = (of: (soak: Soak) => number): number => sumOf(soaks.map(of))
  const histograms = { publish: joined(shards, 'publish'), handle: joined(shards, 'handle') }
  const counts = {
    sent: total(({ sent }) => sent),
    acknowledged: total(({ acknowledged }) => acknowledged),
    failed: total(({ failed }) => failed),
  }
  const latency: Record<Span, Latency> = {
    publish: latencyOf(histograms.publish),
    handle: latencyOf(histograms.handle),
  }
  const longest = Math.max(...soaks.map(({ unavailable }) => unavailable.longest))
  const [first] = soaks
  const kept = (first?.thresholds ?? []).map(({ text }, index): Kept => {
    const threshold = parseThreshold(text)
    const { metric, over } = threshold
    const settled = counts.acknowledged + counts.failed
    const each = soaks.flatMap(({ thresholds }) => thresholds[index]?.worst ?? [])
    const worst = (): number | null => {
      if (metric.is === 'violations') return violations
      if (metric.is === 'unavailable') return longest
      if (metric.is === 'failed') return settled === 0 ? null : (100 * counts.failed) / settled
      // The windows of shards are not those of the others: no rate of all was less than these together.
      if (metric.is === 'rate') return each.length < soaks.length ? null : sumOf(each)
      if (over !== null) return each.length === 0 ? null : each.reduce((one, other) => worse(threshold, one, other))
      return histograms[metric.of].totalCount === 0 ? null : quantileOf(histograms[metric.of], metric.quantile)
    }
    const value = worst()
    return { text, worst: value, isKept: value === null || keeps(value, threshold) }
  })
  return {
    ...counts,
    handled: total(({ handled }) => handled),
    redelivered: total(({ redelivered }) => redelivered),
    lag: total(({ lag }) => lag),
    latency,
    unavailable: { longest, byFault: longestByFault(soaks) },
    thresholds: kept,
  }
}

function joined(shards: readonly Read['certificate'][], span: Span) {
  const all = createLatencies()
  for (const { shard } of shards) all.add(decodeLatencies(shard.latencies[span]))
  return all
}

function longestByFault(soaks: readonly Soak[]): Record<string, number> {
  const longest: Record<string, number> = {}
  for (const [fault, ms] of soaks.flatMap(({ unavailable }) => Object.entries(unavailable.byFault)))
    longest[fault] = Math.max(longest[fault] ?? 0, ms)
  return longest
}

/** Each from its own beginning. Points of the longest run; rates are added up, and of latencies the highest is kept. */
function seriesOf(soaks: readonly Soak[]): Series {
  const [longest, ...others] = soaks
    .map(({ series }) => series.points)
    .toSorted((one, other) => other.length - one.length)
  const points = (longest ?? []).map((point, index) => {
    const until = longest?.[index + 1]?.at ?? Number.POSITIVE_INFINITY
    const same = others.flatMap((one) => one.filter(({ at }) => at >= point.at && at < until).slice(0, 1))
    return same.reduce(together, point)
  })
  return { points, bands: soaks.flatMap(({ series }) => series.bands).slice(0, MOST_BANDS) }
}

const higher = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other)

const together = (one: Point, other: Point): Point => ({
  at: one.at,
  rate: Math.round((one.rate + other.rate) * 10) / 10,
  p50: higher(one.p50, other.p50),
  p99: higher(one.p99, other.p99),
})

const steepest = (slopes: readonly Slope[]): Slope | null =>
  slopes.toSorted((one, other) => other.perHour - one.perHour)[0] ?? null

function firstByClause(shards: readonly Certificate[]): Certificate['failures'] {
  const all = shards.flatMap(({ failures }) => failures)
  return all.filter(({ clause }, index) => all.findIndex((one) => one.clause === clause) === index)
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0)
