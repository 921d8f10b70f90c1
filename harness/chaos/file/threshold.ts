/** What a chaos run must keep to, as its file writes it: `p99(publish) < 500ms over 1m`, `unavailable < 30s`, `violations == 0`. */
import { parseDuration } from '../../duration.ts'

const QUANTILES = { p50: 50, p90: 90, p95: 95, p99: 99, 'p99.9': 99.9, max: 100 } as const
/** `publish`: from when a message was to be sent to its acknowledgement. `handle`: to the end of its first good handling. */
export const SPANS = ['publish', 'handle'] as const
export type Span = (typeof SPANS)[number]

export type Metric =
  /** Latency, ms. */
  | { readonly is: 'quantile'; readonly of: Span; readonly quantile: number }
  /** Acknowledged messages a second. */
  | { readonly is: 'rate' }
  /** The longest time in which publishes were under way, or failed, and none was acknowledged, ms. */
  | { readonly is: 'unavailable' }
  /** Publishes that failed, of those that settled, in per cent. */
  | { readonly is: 'failed' }
  | { readonly is: 'violations' }

export type Comparison = '<' | '<=' | '==' | '>=' | '>'

export interface Threshold {
  /** As it was written. */
  readonly text: string
  readonly metric: Metric
  readonly comparison: Comparison
  /** In the metric's unit. */
  readonly bound: number
  /** The window that slides over the run, ms; null: all of it. */
  readonly over: number | null
}

const METRICS = [
  ...Object.keys(QUANTILES).map((name) => `${name}(publish|handle)`),
  'rate',
  'unavailable',
  'failed',
  'violations',
]

/** Throws a RangeError that says what to write instead. */
export function parseThreshold(text: string): Threshold {
  const match = /^(\S+)\s*(<=|>=|==|<|>)\s*(\S+)(?:\s+over\s+(\S+))?$/.exec(text.trim())
  if (match === null) throw new RangeError(`${text} is no threshold: write it like p99(publish) < 500ms over 1m`)
  const [, name = '', comparison = '', bound = '', window] = match
  const metric = metricOf(name)
  const over = window === undefined ? null : windowOf(window)
  if (over !== null && metric.is !== 'quantile' && metric.is !== 'rate')
    throw new RangeError(`${text}: ${metric.is} is of the whole run: leave "over ${window}" out`)
  if (over === null && metric.is === 'rate') throw new RangeError(`${text}: a rate needs a window: add "over 1m"`)
  return { text: text.trim(), metric, comparison: comparison as Comparison, bound: boundOf(bound, metric), over }
}

function metricOf(name: string): Metric {
  if (name === 'rate' || name === 'unavailable' || name === 'failed' || name === 'violations') return { is: name }
  const [, quantile = '', of = ''] = /^(p[\d.]+|max)\((publish|handle)\)$/.exec(name) ?? []
  if (!Object.hasOwn(QUANTILES, quantile))
    throw new RangeError(`${name} is no metric: the metrics are ${METRICS.join(', ')}`)
  return { is: 'quantile', of: of as Span, quantile: QUANTILES[quantile as keyof typeof QUANTILES] }
}

function windowOf(text: string): number {
  const over = parseDuration(text, 'the window')
  if (over < 1_000 || over > 3_600_000) throw new RangeError(`the window ${text} must be between 1s and 1h`)
  return over
}

function boundOf(text: string, metric: Metric): number {
  if (metric.is === 'quantile' || metric.is === 'unavailable') return parseDuration(text, 'the bound')
  const { shape, words } = BOUNDS[metric.is]
  const [, number = ''] = shape.exec(text) ?? []
  if (number === '') throw new RangeError(`the bound ${text} is no ${words}`)
  return Number(number)
}

const BOUNDS = {
  rate: { shape: /^(\d*\.?\d+)\/s$/, words: 'rate: write it like 100/s' },
  failed: { shape: /^(\d*\.?\d+)%$/, words: 'share: write it like 1%' },
  violations: { shape: /^(\d+)$/, words: 'whole number' },
} as const

export function keeps(value: number, { comparison, bound }: Threshold): boolean {
  switch (comparison) {
    case '<':
      return value < bound
    case '<=':
      return value <= bound
    case '==':
      return value === bound
    case '>=':
      return value >= bound
    case '>':
      return value > bound
  }
}

/** What metrics of the whole run are read from. */
export interface Totals {
  readonly violations: number
  /** ms. */
  readonly unavailable: number
  readonly acknowledged: number
  readonly failed: number
}

/** The value of a metric that is always of the whole run; null where nothing settled, and for the other metrics. */
export function totalOf(
  { metric }: Threshold,
  { violations, unavailable, acknowledged, failed }: Totals,
): number | null {
  if (metric.is === 'violations') return violations
  if (metric.is === 'unavailable') return unavailable
  const settled = acknowledged + failed
  return metric.is !== 'failed' || settled === 0 ? null : (100 * failed) / settled
}

/** Of two values, the one that is farther from keeping the threshold. */
export function worse({ comparison, bound }: Threshold, one: number, other: number): number {
  if (comparison === '==') return Math.abs(other - bound) > Math.abs(one - bound) ? other : one
  return comparison === '<' || comparison === '<=' ? Math.max(one, other) : Math.min(one, other)
}
