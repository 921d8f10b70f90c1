/** What no single run can tell: the samples of many runs, summed up, and judged by the clause that they belong to. */
import type { Samples, Violation } from './check.ts'
import { judgeSteps } from './retry/in-step.ts'
import { judgeJitter } from './retry/jitter.ts'

export type JudgePool = (samples: Samples) => readonly Omit<Violation, 'clause'>[]

const POOLS: Readonly<Record<string, JudgePool>> = { 'retry/3': judgeJitter, 'retry/7': judgeSteps }

/** Whether only many runs together can violate the clause. */
export const isPooled = (clause: string): boolean => Object.hasOwn(POOLS, clause)

/** The violations that the samples of one certificate show; none where they are too few. */
export const judgePooled = (clause: string, samples: Samples): Violation[] =>
  (POOLS[clause]?.(samples) ?? []).map((violation) => ({ clause, ...violation }))

/** Both together. */
export function addSamples(one: Samples, other: Samples): Samples {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return Object.fromEntries([...names].map((name) => [name, sumOf(one[name] ?? [], other[name] ?? [])]))
}

const sumOf = (one: readonly number[], other: readonly number[]): number[] =>
  Array.from({ length: Math.max(one.length, other.length) }, (_, index) => (one[index] ?? 0) + (other[index] ?? 0))
