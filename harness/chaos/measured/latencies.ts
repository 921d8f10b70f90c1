/** Latencies in bounded memory, whole milliseconds. */
import { createRequire } from 'node:module'
import type { Histogram } from 'hdr-histogram-js'
import type { Latency } from '../../certificate/soak.ts'

// Its ES build imports without extensions, which Node refuses.
const { build, encodeIntoCompressedBase64, decodeFromCompressedBase64 } = createRequire(import.meta.url)(
  'hdr-histogram-js',
) as typeof import('hdr-histogram-js')

/** Longer ones count as this, ms. */
export const LONGEST = 3_600_000
/** Latencies are told to two digits, up to an hour. */
export const createLatencies = (): Histogram =>
  build({ highestTrackableValue: LONGEST, numberOfSignificantValueDigits: 2 })

/** The highest value of a class of the histogram may be above all that it holds: `most` is the highest of these. */
export const quantileOf = (of: Histogram, quantile: number, most: number = of.maxValue): number =>
  Math.min(of.getValueAtPercentile(quantile), most)

/** Throws for a text that is no encoded histogram. Of its longest only the class is known, as for all others. */
export const decodeLatencies = (text: string): Histogram => decodeFromCompressedBase64(text)
export const encodeLatencies = (of: Histogram): string => encodeIntoCompressedBase64(of)

export const latencyOf = (of: Histogram, most: number = of.maxValue): Latency => ({
  count: of.totalCount,
  p50: quantileOf(of, 50, most),
  p99: quantileOf(of, 99, most),
  p999: quantileOf(of, 99.9, most),
  max: most,
})
