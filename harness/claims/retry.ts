import { z } from 'zod'
import type { ClaimDescriptor } from './descriptor.ts'
import { type Figure, isFigure } from './figure.ts'
import { atMost, first, usual, whole, written } from './rules.ts'

/**
 * Wait before retry n (n from 0): `min(cap, base × factor^n)`, then times a uniform draw from `[low, high]` of `jitter`.
 * The cap is applied before the jitter, so the longest wait is `cap × high`.
 */
export interface RetryClaim<F = Figure> {
  readonly formula: 'exponential'
  readonly base: F
  readonly factor: F
  readonly cap: F
  readonly jitter: { readonly low: F; readonly high: F }
  /** Retries after the first attempt: attempts = 1 + retries. */
  readonly retries: F
}

/** The narrowest range of a wait, ms, that can be distinguished from late timers. */
export const WIDE = 40

const least = (one: Figure | number): number => (!isFigure(one) ? 0 : 'fixed' in one ? one.fixed : one.min)
const most = (one: Figure | number): number => (!isFigure(one) ? 0 : 'fixed' in one ? one.fixed : one.max)

/**
 * Whether the jitter of some wait can be distinguished from late timers under any setting. The figures of one run say nothing
 * about those of other runs.
 */
function hasJitter({ base, factor, cap, retries, jitter }: RetryClaim<Figure | number>): boolean {
  if (typeof jitter.high === 'number') return jitter.high !== jitter.low
  const longest = Math.min(most(cap), most(base) * most(factor) ** (most(retries) - 1))
  return longest * (most(jitter.high) - least(jitter.low)) >= WIDE
}

export const retryShape = <F>(figure: z.ZodType<F>) =>
  z.strictObject({
    formula: z.literal('exponential'),
    base: figure,
    factor: figure,
    cap: figure,
    jitter: z.strictObject({ low: figure, high: figure }),
    retries: figure,
  })

/** Contradictions within the retry policy at this path. */
export const retryContradiction = (path: string, one: RetryClaim): string | null =>
  first([
    atMost([`${path}.base`, one.base], [`${path}.cap`, one.cap]),
    atMost([`${path}.jitter.low`, one.jitter.low], [`${path}.jitter.high`, one.jitter.high]),
    whole(`${path}.retries`, one.retries, 0),
  ])

/** Every attempt of a publish may last as long as claimed, with the longest waits between them. */
function attemptsInTime(
  retry: RetryClaim,
  publish: { readonly timeout: Figure; readonly deadline: Figure },
): string | null {
  const retries = usual(retry.retries)
  const waits = Array.from({ length: retries }, (_, n) =>
    Math.min(usual(retry.cap), usual(retry.base) * usual(retry.factor) ** n),
  )
  const waiting = waits.reduce((sum, wait) => sum + wait, 0) * usual(retry.jitter.high)
  const needed = (1 + retries) * usual(publish.timeout) + waiting
  if (needed <= usual(publish.deadline)) return null
  return (
    `publish.deadline (${written(publish.deadline)}) leaves no time for ${1 + retries} attempts of publish.timeout ` +
    `(${written(publish.timeout)}) and up to ${waiting} of waits between them, ${needed} together.`
  )
}

export interface RetryPart<F> {
  readonly retry?: RetryClaim<F>
}

export const retry = {
  shape: retryShape,
  contradiction: (claim, { publish }) => retryContradiction('retry', claim) ?? attemptsInTime(claim, publish),
  needs: () => ['network'],
  settings: {
    'retry.retries': [1, 2, 3, 0],
    'retry.factor': [2, 1.5, 3],
    'retry.jitter.low': [0.5, 0, 0.9],
    'retry.jitter.high': [1.5, 1, 2],
    'retry.cap': [200, 400],
    'retry.base': { simulated: [10, 20, 50], real: [20, 50] },
  },
  // So long that the draws of most waits can be told from late timers, however narrow the jitter is.
  leaning: { retries: { 'retry.retries': [3], 'retry.base': [100, 200] } },
  floors: {
    'retry.cap': (most) => most('retry.base'),
    'retry.jitter.high': (most) => most('retry.jitter.low'),
  },
  conditions: { retry: {}, jitter: { when: hasJitter } },
  docs: 'retries of a publish: see below',
} satisfies ClaimDescriptor<'retry'>
