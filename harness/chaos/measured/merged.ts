/** What the parts of a chaos run measured together. */
import type { Histogram } from 'hdr-histogram-js'
import type { ShardPart } from '../../certificate/shard.ts'
import type { Kept, Measured, Point, Series, Soak } from '../../certificate/soak.ts'
import { keeps, parseThreshold, type Span, type Threshold, totalOf, worse } from '../file/threshold.ts'
import { createLatencies, decodeLatencies, latencyOf, quantileOf } from './latencies.ts'
import { higher, MOST_BANDS, MOST_POINTS, rounded } from './series.ts'

interface Part {
  readonly soak: Soak
  readonly shard: Pick<ShardPart, 'latencies'>
}

/** Shards send side by side, the parts of a run that was resumed one after the other. */
export type Joining = 'side by side' | 'one after the other'

/** Sums, and of what cannot be added up the worst. */
export function measuredBy(parts: readonly Part[], violations: number, joining: Joining): Measured {
  const soaks = parts.map(({ soak }) => soak)
  const total = (of: (soak: Soak) => number): number => sumOf(soaks.map(of))
  const all = latenciesOf(parts)
  const spans = { publish: spanOf('publish'), handle: spanOf('handle') }
  const counts = {
    sent: total(({ sent }) => sent),
    acknowledged: total(({ acknowledged }) => acknowledged),
    failed: total(({ failed }) => failed),
  }
  const longest = Math.max(...soaks.map(({ unavailable }) => unavailable.longest))
  const wholeOf = (threshold: Threshold): number | null => {
    const { metric } = threshold
    if (metric.is === 'quantile') return spans[metric.of].at(metric.quantile)
    return totalOf(threshold, { ...counts, violations, unavailable: longest })
  }
  const [first] = soaks
  function spanOf(span: Span) {
    // What is decoded knows only the class of the longest.
    const most = Math.max(...soaks.map(({ latency }) => latency[span].max))
    const at = (quantile: number): number | null =>
      all[span].totalCount === 0 ? null : quantileOf(all[span], quantile, most)
    return { latency: latencyOf(all[span], most), at }
  }
  return {
    ...counts,
    handled: total(({ handled }) => handled),
    redelivered: total(({ redelivered }) => redelivered),
    lag: atOnce(joining)(soaks.map(({ lag }) => lag)),
    latency: { publish: spans.publish.latency, handle: spans.handle.latency },
    unavailable: { longest, byFault: longestByFault(soaks) },
    thresholds: (first?.thresholds ?? []).map(({ text }, index): Kept => {
      const threshold = parseThreshold(text)
      const each = soaks.flatMap((soak) => soak.thresholds[index] ?? [])
      if (threshold.over !== null) return ofWindows(threshold, each, joining)
      const worst = wholeOf(threshold)
      return { text, worst, isKept: worst === null || keeps(worst, threshold) }
    }),
  }
}

/** Of what each part had by itself: shards have it at the same time. */
const atOnce = (joining: Joining): ((values: readonly number[]) => number) =>
  joining === 'side by side' ? sumOf : (values) => Math.max(...values)

/** The windows of one part are not those of the others. */
function ofWindows(threshold: Threshold, each: readonly Kept[], joining: Joining): Kept {
  const { text, metric } = threshold
  const values = each.flatMap(({ worst }) => worst ?? [])
  // A part of a shard that was resumed has kept a bound of its own.
  if (joining === 'one after the other') {
    const worst = values.length === 0 ? null : values.reduce((one, other) => worse(threshold, one, other))
    return { text, worst, isKept: each.every(({ isKept }) => isKept) }
  }
  const isSum = metric.is === 'rate'
  // No rate of all was less than the lowest of each together. Where one has none, each must have kept its own part.
  if (isSum && values.length < each.length) return { text, worst: null, isKept: each.every(({ isKept }) => isKept) }
  if (values.length === 0) return { text, worst: null, isKept: true }
  const worst = isSum ? sumOf(values) : values.reduce((one, other) => worse(threshold, one, other))
  return { text, worst, isKept: keeps(worst, threshold) }
}

export function latenciesOf(parts: readonly Pick<Part, 'shard'>[]): Record<Span, Histogram> {
  const all = { publish: createLatencies(), handle: createLatencies() }
  for (const { shard } of parts) {
    all.publish.add(decodeLatencies(shard.latencies.publish))
    all.handle.add(decodeLatencies(shard.latencies.handle))
  }
  return all
}

function longestByFault(soaks: readonly Soak[]): Record<string, number> {
  const longest: Record<string, number> = {}
  for (const [fault, ms] of soaks.flatMap(({ unavailable }) => Object.entries(unavailable.byFault)))
    longest[fault] = Math.max(longest[fault] ?? 0, ms)
  return longest
}

/** One series behind the other. */
export function oneAfterAnother(all: readonly Series[]): Series {
  let from = 0
  const shifted = all.map(({ points, bands }): Series => {
    const began = from
    from += (points.at(-1)?.at ?? 0) + intervalOf(points)
    return {
      points: points.map((point) => ({ ...point, at: began + point.at })),
      bands: bands.map((band) => ({ ...band, from: began + band.from, to: began + band.to })),
    }
  })
  const points = shifted.flatMap((one) => one.points)
  return seriesOf([{ points, bands: shifted.flatMap(({ bands }) => bands) }])
}

/** Each from its own beginning, in cells as long as the longest interval of any: rates are added up, of latencies the highest is kept. */
export function seriesOf(all: readonly Series[]): Series {
  const last = Math.max(-1, ...all.flatMap(({ points }) => points.at(-1)?.at ?? -1))
  const cell = Math.max(1, Math.ceil((last + 1) / MOST_POINTS), ...all.map(({ points }) => intervalOf(points)))
  const points = Array.from({ length: Math.floor(last / cell) + 1 }, (_, index): Point => {
    const from = index * cell
    const inCell = all.map(({ points: own }) => pointsIn(own, from, from + cell))
    return rounded({
      at: from,
      rate: sumOf(inCell.map((own) => meanOf(own.map(({ rate }) => rate)))),
      p50: highest(inCell.flat().map(({ p50 }) => p50)),
      p99: highest(inCell.flat().map(({ p99 }) => p99)),
    })
  })
  return { points, bands: all.flatMap(({ bands }) => bands).slice(0, MOST_BANDS) }
}

/** Intervals are not exactly as long as each other: where none begins in the cell, the one before may reach through it. */
function pointsIn(points: readonly Point[], from: number, to: number): readonly Point[] {
  const own = points.filter(({ at }) => at >= from && at < to)
  const index = points.findIndex(({ at }) => at >= to)
  const [before] = own.length > 0 || index < 1 ? [] : points.slice(index - 1)
  return before === undefined ? own : [before]
}

/** Of the points, rounded up; nothing where there are fewer than two. */
function intervalOf(points: readonly Point[]): number {
  const [first] = points
  const last = points.at(-1)
  if (first === undefined || last === undefined || points.length < 2) return 0
  return Math.ceil((last.at - first.at) / (points.length - 1))
}

const highest = (values: readonly (number | null)[]): number | null => values.reduce(higher, null)

const meanOf = (values: readonly number[]): number => (values.length === 0 ? 0 : sumOf(values) / values.length)
const sumOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0)
