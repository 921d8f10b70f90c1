import type { Clause } from '../../spec/clause.ts'
import type { Tally } from '../certificate/tally.ts'
import type { Progress } from '../certify-options.ts'

/** Generated runs at most, as a multiple of those asked for: while clauses are short of occasions. */
export const AT_MOST = 3

interface Goal {
  readonly scenarios: readonly unknown[]
  readonly runs: number
  readonly time?: number
  readonly onProgress?: (progress: Progress) => void
}

/** Tells after each run how far the search is; the time left is a guess from the pace so far. */
export function createProgress(goal: Goal): { report(tally: Tally, short: readonly Clause[]): void } {
  const started = performance.now()
  const least = goal.scenarios.length + goal.runs
  const most = goal.scenarios.length + goal.runs * AT_MOST
  const report = (tally: Tally, short: readonly Clause[]): void => {
    const elapsedMs = performance.now() - started
    const wanted = tally.runs < least ? least : short.length === 0 ? tally.runs : most
    const pace = tally.runs === 0 ? null : (elapsedMs / tally.runs) * (wanted - tally.runs)
    const left = Math.max(0, (goal.time ?? Number.POSITIVE_INFINITY) - elapsedMs)
    goal.onProgress?.({
      phase: 'running',
      runs: tally.runs,
      wanted,
      faultsLanded: Object.values(tally.faults.landed).reduce((sum, count) => sum + count, 0),
      events: tally.events,
      elapsedMs,
      remainingMs: pace === null ? null : Math.min(pace, left),
      short: short.map(({ id }) => id),
    })
  }
  return { report }
}
