import type { Slope } from '../../certificate/soak.ts'

export interface Sample {
  /** ms. */
  readonly at: number
  readonly bytes: number
}

/** Fewer say nothing. */
const FEWEST = 5
const HOUR = 3_600_000

/** Without the first quarter, in which what is loaded and compiled grows, and then no more. */
export const warm = (samples: readonly Sample[]): readonly Sample[] => samples.slice(Math.ceil(samples.length / 4))

export const steepest = (slopes: readonly Slope[]): Slope | null =>
  slopes.toSorted((one, other) => other.perHour - one.perHour)[0] ?? null

/** Least squares, with the normal approximation of its 95 % interval; null for fewer than five samples. */
export function slopeOf(samples: readonly Sample[]): Slope | null {
  const { length } = samples
  if (length < FEWEST) return null
  const mean = (of: (sample: Sample) => number): number => samples.reduce((sum, one) => sum + of(one), 0) / length
  const [middle, level] = [mean(({ at }) => at), mean(({ bytes }) => bytes)]
  const spread = samples.reduce((sum, { at }) => sum + (at - middle) ** 2, 0)
  if (spread === 0) return null
  const slope = samples.reduce((sum, { at, bytes }) => sum + (at - middle) * (bytes - level), 0) / spread
  const rest = samples.reduce((sum, { at, bytes }) => sum + (bytes - level - slope * (at - middle)) ** 2, 0)
  const error = Math.sqrt(rest / (length - 2) / spread)
  return { perHour: Math.round(slope * HOUR), plusMinus: Math.round(1.96 * error * HOUR) }
}
