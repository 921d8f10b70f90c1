import fc from 'fast-check'
import type { Failure } from '../certificate/certificate.ts'
import type { Claims } from '../claims.ts'
import { fitPlan } from '../plan/fit.ts'
import { storedPlanArbitrary } from '../plan/generate.ts'
import type { Plan } from '../plan/plan.ts'
import type { Execute, RunOutcome } from '../run/outcome.ts'
import { type Confirmation, failsBy, runOnce } from './confirm.ts'

export interface ShrinkOptions {
  readonly execute: Execute
  /** The failing run as it was found. */
  readonly outcome: RunOutcome
  /** Only this clause counts, so that shrinking does not slip to another fault. */
  readonly clause: string
  readonly claims: Claims
  readonly site: 'simulated' | 'real'
  readonly confirmed: Pick<Confirmation, 'failed' | 'of'>
  /** Wall-clock time, ms. A run under way when it ends is waited for. */
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

/** A plan that fails p of the time is tried about 3/p times before it counts as good; on real clocks three at most. */
export function repetitions(site: 'simulated' | 'real', { failed, of }: ShrinkOptions['confirmed']): number {
  return site === 'simulated' ? 1 : Math.min(3, Math.ceil((3 * of) / Math.max(1, failed)))
}

class Shrinking {
  smallest: RunOutcome
  tried = 0
  cut = false
  readonly #options: ShrinkOptions
  readonly #deadline: number
  readonly #seen = new Set<string>()

  constructor(options: ShrinkOptions) {
    this.#options = options
    this.#deadline = performance.now() + options.budget
    this.smallest = options.outcome
  }

  /** Whether the plan fails by the clause in question; false without running it once the budget is spent. */
  async fails(plan: Plan): Promise<boolean> {
    const text = JSON.stringify(plan)
    if (text === JSON.stringify(this.smallest.plan)) return true
    if (this.#isOver() || this.#seen.has(text)) return false
    this.#seen.add(text)
    this.tried += 1
    const { site, confirmed, execute, clause, signal } = this.#options
    for (let time = 0; time < repetitions(site, confirmed) && !this.#isOver(); time++) {
      const outcome = await runOnce(execute, plan, signal)
      if (!failsBy(outcome, clause)) continue
      this.smallest = outcome
      return true
    }
    return false
  }

  #isOver(): boolean {
    if (this.#options.signal?.aborted || performance.now() >= this.#deadline) this.cut = true
    return this.cut
  }
}

/**
 * Makes a failing plan smaller for as long as it fails by the same clause. Resolves also on abort, with the smallest
 * found so far; rejects only when `execute` does.
 */
export async function shrink(options: ShrinkOptions): Promise<Shrunk> {
  const { failed, of } = options.confirmed
  if (failed === 0) return { outcome: options.outcome, ended: of === 0 ? 'budget' : 'not reproduced', tried: 0 }
  const shrinking = new Shrinking(options)
  let broken: { readonly error: unknown } | null = null
  const arbitrary = storedPlanArbitrary({ claims: options.claims, site: options.site, leans: [] })
  const property = fc.asyncProperty(arbitrary, async (plan) => {
    if (broken !== null) return
    const fails = await shrinking.fails(plan).catch((error: unknown) => {
      broken = { error }
      return false
    })
    if (fails) throw new Error(`violates ${options.clause}`)
  })
  const start = fitPlan(options.outcome.plan, options.claims)
  await fc.check(property, { examples: [[start]], numRuns: 1, endOnFailure: false })
  rethrow(broken)
  return { outcome: shrinking.smallest, ended: shrinking.cut ? 'budget' : 'minimal', tried: shrinking.tried }
}

function rethrow(broken: { readonly error: unknown } | null): void {
  if (broken !== null) throw broken.error
}
