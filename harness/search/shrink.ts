import type { Failure } from '../certificate/certificate.ts'
import type { Claims } from '../claims.ts'
import { fitPlan } from '../plan/fit.ts'
import type { Plan } from '../plan/plan.ts'
import { stepsIn } from '../plan/size.ts'
import type { Execute, RunOutcome } from '../run/outcome.ts'
import { type Confirmation, failsBy, runOnce } from './confirm.ts'
import { lowerCounts } from './counts.ts'
import { tryDetours } from './detours.ts'
import { focus } from './focus.ts'
import { drop, narrow, simplify } from './passes.ts'
import type { Pass, Reducing } from './reducing.ts'
import { shrinkValues } from './values.ts'

export interface ShrinkOptions {
  readonly execute: Execute
  /** The failing run as it was found. */
  readonly outcome: RunOutcome
  /** Only this clause counts, so that shrinking does not slip to another fault. */
  readonly clause: string
  readonly claims: Claims
  readonly site: 'simulated' | 'real'
  readonly confirmed: Pick<Confirmation, 'failed' | 'of'>
  /** Wall-clock time, ms. It waits for a current run even after that. */
  readonly budget: number
  readonly signal?: AbortSignal
}

export interface Shrunk {
  /** The smallest failing run, with its plan and history; the one that was found where none is smaller. */
  readonly outcome: RunOutcome
  readonly ended: Failure['shrunk']['ended']
  /** Plans that were tried. */
  readonly tried: number
}

/** Plans that are tried on real clocks once more, at most. */
const MOST_REPETITIONS = 5
/** How sure it must be that a plan is good which did not fail. */
const SURENESS = 0.95

/** How often a plan is tried before it counts as good: as often as one that fails at the observed rate p needs, about 3/p. */
export function repetitions(site: 'simulated' | 'real', { failed, of }: ShrinkOptions['confirmed']): number {
  if (site === 'simulated' || failed === of) return 1
  const needed = Math.log(1 - SURENESS) / Math.log(1 - failed / of)
  return Math.min(MOST_REPETITIONS, Math.max(1, Math.ceil(needed)))
}

class Shrinking implements Reducing {
  smallest: RunOutcome
  tried = 0
  cut = false
  readonly #options: ShrinkOptions
  readonly #deadline: number
  /** Every plan that was tried, with the run that failed, or null where none did. */
  readonly #tried = new Map<string, RunOutcome | null>()

  constructor(options: ShrinkOptions) {
    this.#options = options
    this.#deadline = performance.now() + options.budget
    this.smallest = options.outcome
    this.#tried.set(JSON.stringify(options.outcome.plan), options.outcome)
  }

  get clause(): string {
    return this.#options.clause
  }

  async attempt(plan: Plan): Promise<boolean> {
    const text = JSON.stringify(plan)
    const known = this.#tried.get(text)
    if (known === null || (known === undefined && this.#isOver())) return false
    const failing = known ?? (await this.#run(plan))
    this.#tried.set(text, failing)
    if (failing === null) return false
    this.smallest = failing
    return true
  }

  /**
   * A run of the plan that fails; null where none does. On real clocks it has to fail twice: what fails once in a while shrinks
   * to almost nothing, and never comes again.
   */
  async #run(plan: Plan): Promise<RunOutcome | null> {
    this.tried += 1
    const { site, confirmed } = this.#options
    const times = repetitions(site, confirmed)
    const failing = await this.#failing(plan, times)
    if (failing === null || site === 'simulated') return failing
    return (await this.#failing(plan, times)) === null ? null : failing
  }

  async #failing(plan: Plan, times: number): Promise<RunOutcome | null> {
    const { execute, clause, signal } = this.#options
    for (let time = 0; time < times && !this.#isOver(); time++) {
      const outcome = await execute(plan, signal === undefined ? {} : { signal })
      if (failsBy(outcome, clause)) return outcome
    }
    return null
  }

  async detour(plan: Plan, goOn: () => Promise<void>): Promise<void> {
    const { smallest, steps } = this
    if (!(await this.attempt(plan))) return
    await goOn()
    if (this.steps >= steps) this.smallest = smallest
  }

  get steps(): number {
    return stepsIn(this.smallest.plan)
  }

  #isOver(): boolean {
    if (this.#options.signal?.aborted || performance.now() >= this.#deadline) this.cut = true
    return this.cut
  }
}

const PASSES: readonly Pass[] = [drop, narrow, simplify]

/** Until none of the passes finds anything more. */
async function reduce(shrinking: Shrinking): Promise<void> {
  for (let before: RunOutcome | null = null; before !== shrinking.smallest && !shrinking.cut; ) {
    before = shrinking.smallest
    for (const pass of PASSES) await pass(shrinking)
  }
}

/** In virtual time a run for a story returns more than one that only failed, and is otherwise the same. */
async function told({ smallest, tried }: Shrinking, options: ShrinkOptions): Promise<RunOutcome> {
  if (options.site === 'real' || tried === 0 || options.signal?.aborted) return smallest
  const again = await runOnce(options.execute, smallest.plan, options.signal)
  return failsBy(again, options.clause) ? again : smallest
}

/**
 * Makes a failing plan smaller for as long as it fails by the same clause. Resolves also on abort, with the smallest
 * found so far; rejects only when `execute` does.
 */
export async function shrink(options: ShrinkOptions): Promise<Shrunk> {
  const { failed, of } = options.confirmed
  if (failed === 0) return { outcome: options.outcome, ended: of === 0 ? 'budget' : 'not reproduced', tried: 0 }
  const shrinking = new Shrinking(options)
  const fitting = fitPlan(options.outcome.plan, options.claims)
  if (JSON.stringify(fitting) !== JSON.stringify(options.outcome.plan)) await shrinking.attempt(fitting)
  await focus(shrinking)
  await lowerCounts(shrinking, options)
  for (let steps = Number.POSITIVE_INFINITY; shrinking.steps < steps && !shrinking.cut; ) {
    await reduce(shrinking)
    steps = shrinking.steps
    await tryDetours(shrinking, options)
    if (shrinking.steps === steps) await shrinkValues(shrinking, options)
  }
  return {
    outcome: await told(shrinking, options),
    ended: shrinking.cut ? 'budget' : 'minimal',
    tried: shrinking.tried,
  }
}
