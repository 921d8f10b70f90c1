/** Latencies in bounded memory, whole milliseconds. */
import { createRequire } from 'node:module'
import type { Histogram } from 'hdr-histogram-js'

// Its ES build imports without extensions, which Node refuses.
const { build } = createRequire(import.meta.url)('hdr-histogram-js') as typeof import('hdr-histogram-js')

/** Longer ones count as this, ms. */
export const LONGEST = 3_600_000
/** Latencies are told to two digits, up to an hour. */
export const createLatencies = (): Histogram =>
  build({ highestTrackableValue: LONGEST, numberOfSignificantValueDigits: 2 })

/** The highest value of a class of the histogram may be above all that it holds. */
export const quantileOf = (of: Histogram, quantile: number): number =>
  Math.min(of.getValueAtPercentile(quantile), of.maxValue)
