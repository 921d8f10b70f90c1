/** What a chaos run's page draws over time: a bounded number of points, however long the run. */
import type { Band, Point, Series } from '../../certificate/soak.ts'
import { createLatencies, quantileOf } from './latencies.ts'

/** With so many points, neighbours are joined: twice the interval, half as many. */
export const MOST_POINTS = 600
export const MOST_BANDS = 1_000

export interface Recorder {
  /** An acknowledged publish took so long, ms. */
  acknowledged(ms: number): void
  /** A fault begins; returns what ends it. */
  fault(name: string): () => void
  /** Closes the current interval where it is over. */
  tick(): void
  series(): Series
}

export function createRecorder(clock: () => number, first = 1_000): Recorder {
  const began = clock()
  const bands: { from: number; to: number | null; name: string }[] = []
  let every = first
  let points: Point[] = []
  let current = { from: began, values: createLatencies() }

  const close = (until: number): void => {
    const { from, values } = current
    const at = (quantile: number): number | null => (values.totalCount === 0 ? null : quantileOf(values, quantile))
    points.push({
      at: from - began,
      rate: (values.totalCount / Math.max(1, until - from)) * 1_000,
      p50: at(50),
      p99: at(99),
    })
    current = { from: until, values: createLatencies() }
    if (points.length < MOST_POINTS) return
    points = points.flatMap((one, index) => (index % 2 === 1 ? [] : [joined(one, points[index + 1])]))
    every *= 2
  }

  return {
    acknowledged(ms) {
      current.values.recordValue(ms)
    },
    fault(name) {
      if (bands.length >= MOST_BANDS) return () => undefined
      const band = { from: clock() - began, to: null as number | null, name }
      bands.push(band)
      return () => {
        band.to ??= clock() - began
      }
    },
    tick() {
      const now = clock()
      if (now - current.from >= every) close(now)
    },
    series() {
      const now = clock() - began
      return {
        points: points.map(rounded),
        bands: bands.map(({ from, to, name }): Band => ({ from: Math.round(from), to: Math.round(to ?? now), name })),
      }
    },
  }
}

/** Of two neighbours the mean of the rates, and the higher latencies: no peak is lost. */
function joined(one: Point, other: Point | undefined): Point {
  if (other === undefined) return one
  return {
    at: one.at,
    rate: (one.rate + other.rate) / 2,
    p50: higher(one.p50, other.p50),
    p99: higher(one.p99, other.p99),
  }
}

export const higher = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other)

export const rounded = ({ at, rate, p50, p99 }: Point): Point => ({
  at: Math.round(at),
  rate: Math.round(rate * 10) / 10,
  p50: p50 === null ? null : Math.round(p50),
  p99: p99 === null ? null : Math.round(p99),
})
