import type { Event } from '../history/event.ts'
import type { Plan } from '../plan/plan.ts'
import type { Execute, RunOutcome } from '../run/outcome.ts'

/** Whether a run failed by exactly this clause. A run with an error failed by none. */
export const failsBy = (outcome: RunOutcome, clause: string): boolean =>
  outcome.error === null && (outcome.findings[clause]?.violations.length ?? 0) > 0

export interface Confirmation {
  readonly failed: number
  /** Repetitions that said something: those with an error of harness or site are not among them. */
  readonly of: number
  /** Virtual time: whether the repetition left the same history, byte for byte. Null where that cannot be told. */
  readonly same: boolean | null
}

/** How often a failing plan is run again: virtual time repeats itself, real clocks do not. */
export const REPETITIONS: Readonly<Record<'simulated' | 'real', number>> = { simulated: 1, real: 5 }

/** What memory holds is no part of virtual time, and owners are looked for only when a plan is run again. */
const told = (events: readonly Event[]): string =>
  JSON.stringify(
    events.filter(({ type }) => type !== 'cycle'),
    (name, value: unknown) => (name === 'owners' ? undefined : value),
  )

function sameHistory(one: RunOutcome, other: RunOutcome): boolean | null {
  if (one.history === null || other.history === null) return null
  return told(one.history.events) === told(other.history.events)
}

/** A failing plan, run again. */
export interface Repeats {
  /** Those that said something: runs with an error of harness or site are not among them. */
  readonly outcomes: readonly RunOutcome[]
  readonly same: boolean | null
}

/** Runs a failing plan again; one set of repetitions serves every clause that the plan violated. */
export async function repeat(of: {
  readonly execute: Execute
  readonly outcome: RunOutcome
  readonly site: 'simulated' | 'real'
  readonly signal?: AbortSignal
}): Promise<Repeats> {
  const outcomes: RunOutcome[] = []
  let same: boolean | null = null
  for (let time = 0; time < REPETITIONS[of.site] && !of.signal?.aborted; time++) {
    const again = await runOnce(of.execute, of.outcome.plan, of.signal)
    if (again.error !== null) continue
    outcomes.push(again)
    if (of.site === 'simulated') same = sameHistory(of.outcome, again)
  }
  return { outcomes, same }
}

/** How often the clause failed again. A violation in a recorded history stays one, even where it does not come again. */
export const confirm = ({ outcomes, same }: Repeats, clause: string): Confirmation => ({
  failed: outcomes.filter((outcome) => failsBy(outcome, clause)).length,
  of: outcomes.length,
  same,
})

/** Keeps the history, because the smallest failing run is shown and stored. */
export const runOnce = (execute: Execute, plan: Plan, signal: AbortSignal | undefined): Promise<RunOutcome> =>
  execute(plan, { keepHistory: true, ...(signal === undefined ? {} : { signal }) })
