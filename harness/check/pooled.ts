/** What no single run can decide: the summed samples of many runs, judged by their clause. */
import type { Samples, Violation } from './check.ts'
import { checkOf } from './index.ts'
import { violationOf } from './report.ts'

/** Whether only many runs together can violate the clause. */
export const isPooled = (clause: string): boolean => checkOf(clause)?.pool !== undefined

/** The violations that the samples of one certificate show; none if there are too few samples. */
export const judgePooled = (clause: string, samples: Samples): Violation[] =>
  (checkOf(clause)?.pool?.(samples) ?? []).map((breach) => violationOf(clause, breach))

/** Both together. */
export function addSamples(one: Samples, other: Samples): Samples {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return Object.fromEntries([...names].map((name) => [name, sumOf(one[name] ?? [], other[name] ?? [])]))
}

const sumOf = (one: readonly number[], other: readonly number[]): number[] =>
  Array.from({ length: Math.max(one.length, other.length) }, (_, index) => (one[index] ?? 0) + (other[index] ?? 0))
