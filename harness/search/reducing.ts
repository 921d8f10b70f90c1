/** What a pass of shrinking works on, and the moves that several passes share. */
import type { PlanLists } from '../claims/index.ts'
import { PLAN_LISTS } from '../claims/plans.ts'
import { hasEarlyConsumer } from '../plan/consumers.ts'
import type { Plan } from '../plan/plan.ts'
import type { RunOutcome } from '../run/outcome.ts'

/** A failing plan that is being made smaller. */
export interface Reducing {
  /** The smallest failing run so far, with its plan. */
  readonly smallest: RunOutcome
  readonly clause: string
  /** Runs a plan, and takes it when it fails by the same clause. False at once when it was tried before, or the time is up. */
  attempt(plan: Plan): Promise<boolean>
  /** Accepts a plan that is no smaller, continues from there, and undoes everything unless that made it smaller. */
  detour(plan: Plan, goOn: () => Promise<void>): Promise<void>
  /** Size of the smallest, see `plan/size.ts`. */
  readonly steps: number
}

export type Pass = (reducing: Reducing) => Promise<void>

/** What holds throughout a run. */
const LASTING = ['registrations'] as const
type Lasting = (typeof LASTING)[number]
type Happening = 'faults' | 'outages' | 'kills' | 'closes' | Exclude<keyof PlanLists, Lasting>
export type ListName = Happening | Lasting | 'consumers' | 'messages'

function isLasting(name: keyof PlanLists): name is Lasting {
  return LASTING.some((one) => one === name)
}

/** What happens to a bus in a plan, each at its time; what only some claim may be missing. */
export const HAPPENINGS: readonly Happening[] = [
  ...(['faults', 'outages', 'kills', 'closes'] as const),
  ...PLAN_LISTS.flatMap(({ name }) => (isLasting(name) ? [] : [name])),
]
/** What a plan has any number of. */
export const LISTS: readonly ListName[] = [...HAPPENINGS, ...LASTING, 'consumers', 'messages']

export const lengthOf = (plan: Plan, list: ListName): number => plan[list]?.length ?? 0

/** The plan without these entries of a list; null if nothing would change, or no consumer would be left. */
export function without(plan: Plan, list: ListName, drop: (index: number) => boolean): Plan | null {
  const entries: readonly unknown[] = plan[list] ?? []
  const kept = entries.filter((_, index) => !drop(index))
  if (kept.length === entries.length) return null
  const smaller = { ...plan, [list]: kept }
  return hasEarlyConsumer(smaller.consumers) ? smaller : null
}

export async function attemptIf(reducing: Reducing, plan: Plan | null): Promise<boolean> {
  return plan !== null && (await reducing.attempt(plan))
}
