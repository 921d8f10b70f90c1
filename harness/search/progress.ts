import type { Clause } from '../../spec/clause.ts'
import type { Tally } from '../certificate/tally.ts'
import type { Progress } from '../certify-options.ts'

/** Generated runs at most, as a multiple of those asked for: while clauses are short of occasions. */
const AT_MOST = 3

interface Goal {
  readonly scenarios: readonly unknown[]
  readonly runs: number
  readonly atMost?: number
  /** Of the time for the whole, ms. */
  readonly left?: () => number
  readonly onProgress?: (progress: Progress) => void
}

const given = (scenarios: Goal['scenarios']): number => scenarios.filter((plan) => plan !== null).length

/** Runs in all at most. */
export const mostRuns = ({ scenarios, runs, atMost }: Goal): number =>
  Math.min(given(scenarios) + runs * AT_MOST, atMost ?? Number.POSITIVE_INFINITY)

/** How far it is, as far as runs say; `elapsedMs` is for the caller to know. */
export const progressIn = (phase: Progress['phase'], tally?: Tally): Progress => ({
  phase,
  runs: tally?.runs ?? 0,
  wanted: tally?.runs ?? 0,
  faultsLanded: Object.values(tally?.faults.landed ?? {}).reduce((sum, count) => sum + count, 0),
  events: tally?.events ?? 0,
  elapsedMs: 0,
  remainingMs: null,
  short: [],
})

/** Tells before the first run and after each how far the search is; the time left is a guess from the pace so far. */
export function createProgress(goal: Goal): { report(tally: Tally, short: readonly Clause[]): void } {
  const started = performance.now()
  const most = mostRuns(goal)
  const least = Math.min(given(goal.scenarios) + goal.runs, most)
  const report = (tally: Tally, short: readonly Clause[]): void => {
    const elapsedMs = performance.now() - started
    const wanted = tally.runs < least ? least : short.length === 0 ? tally.runs : most
    const pace = tally.runs === 0 ? null : (elapsedMs / tally.runs) * (wanted - tally.runs)
    goal.onProgress?.({
      ...progressIn('running', tally),
      wanted,
      elapsedMs,
      remainingMs: pace === null ? null : Math.min(pace, goal.left?.() ?? Number.POSITIVE_INFINITY),
      short: short.map(({ id }) => id),
    })
  }
  return { report }
}
