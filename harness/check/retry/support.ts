import type { RetryClaim } from '../../claims.ts'

/** Shortest and longest wait after the attempt with this number, counted from 1, ms. */
export function supportOf(
  { base, factor, cap, jitter }: RetryClaim<number>,
  attempt: number,
): { least: number; most: number } {
  const wait = Math.min(cap, base * factor ** (attempt - 1))
  return { least: wait * jitter.low, most: wait * jitter.high }
}
