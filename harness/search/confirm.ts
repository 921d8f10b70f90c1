import { EFFORT } from '../effort.ts'
import type { Plan } from '../plan/plan.ts'
import type { Execute, RunOutcome } from '../run/outcome.ts'
import type { SiteKind } from '../site-name.ts'
import { type Difference, differenceOf } from './divergence.ts'

/** Whether a run failed by exactly this clause. A run with an error failed by none. */
export const failsBy = (outcome: RunOutcome, clause: string): boolean =>
  outcome.error === null && (outcome.findings[clause]?.violations.length ?? 0) > 0

export interface Confirmation {
  readonly failed: number
  /** Repetitions that said something: those with an error of harness or site are not among them. */
  readonly of: number
}

/** Longest that a plan is run again that failed seldom. */
const MOST_REPETITIONS = 15

/**
 * How often a plan is replayed that failed at this rate when it was run again: on real clocks about 3/p times if that is
 * more, so that runs without a violation prove that the bus is fixed.
 */
export function replays(site: SiteKind, confirmed: Confirmation | null): number {
  const least = EFFORT.default[site].repetitions
  if (site === 'simulated' || confirmed === null || confirmed.of === 0) return least
  const wanted = Math.ceil((3 * confirmed.of) / Math.max(1, confirmed.failed))
  return Math.min(MOST_REPETITIONS, Math.max(least, wanted))
}

/** A failing plan, run again. */
export interface Repeats {
  /** Those that said something: runs with an error of harness or site are not among them. */
  readonly outcomes: readonly RunOutcome[]
  /** Virtual time: where a repetition left another history; null where none did, and on real clocks, where all do. */
  readonly difference: Difference | null
}

/** Runs a failing plan again; one set of repetitions serves every clause that the plan violated. */
export async function repeat(of: {
  readonly execute: Execute
  readonly outcome: RunOutcome
  readonly site: SiteKind
  readonly times: number
  readonly signal?: AbortSignal
}): Promise<Repeats> {
  const outcomes: RunOutcome[] = []
  let difference: Difference | null = null
  for (let time = 0; time < of.times && !of.signal?.aborted; time++) {
    const again = await runOnce(of.execute, of.outcome.plan, of.signal)
    if (again.error !== null) continue
    outcomes.push(again)
    if (of.site === 'simulated') difference ??= differenceOf(of.outcome, again)
  }
  return { outcomes, difference }
}

/** How often the clause failed again. A violation in a recorded history stays one, even where it does not come again. */
export const confirm = ({ outcomes }: Repeats, clause: string): Confirmation => ({
  failed: outcomes.filter((outcome) => failsBy(outcome, clause)).length,
  of: outcomes.length,
})

/** Keeps the history, because the smallest failing run is shown and stored. */
export const runOnce = (execute: Execute, plan: Plan, signal: AbortSignal | undefined): Promise<RunOutcome> =>
  execute(plan, { keepHistory: true, ...(signal === undefined ? {} : { signal }) })
