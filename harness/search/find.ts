/**
 * Runs plans until every clause has had occasions enough, or one has failed. Which plan runs at which place follows from
 * the seed alone where runs do: what is short, and which plan met most of it, is looked at after complete batches only, and
 * outcomes count in the order of their plans, however fast the lanes are.
 */
import type { Clause, Lean } from '../../spec/clause.ts'
import { nextLeans, shortOf } from '../certificate/judged.ts'
import { createTally, type Tally } from '../certificate/tally.ts'
import type { Progress } from '../certify-options.ts'
import { isTimeUp } from '../deadline.ts'
import { messageOf } from '../errors.ts'
import type { Lacks } from '../lacks.ts'
import type { Plan } from '../plan/plan.ts'
import { deriveSeed } from '../random.ts'
import type { Execute, RunOutcome } from '../run/outcome.ts'
import { divergenceIn, twice } from './divergence.ts'
import { createProgress, mostRuns } from './progress.ts'

export interface FindOptions {
  /** Each runs one plan at a time; as many plans run at once. */
  readonly lanes: readonly Execute[]
  /** Run first, in this order; null for a generated one. */
  readonly scenarios: readonly (Plan | null)[]
  /** The generated plan at `index` (from 0), with the given lean. */
  readonly generate: (index: number, leans: readonly Lean[]) => Plan
  /** Those that are judged, see `judgedClauses`: only they can fail or be short. */
  readonly clauses: readonly Clause[]
  /** What the system lacks; default: nothing. */
  readonly lacks?: Lacks
  /** Generated runs at least; three times as many at most, while clauses are short. 0 for the scenarios alone. */
  readonly runs: number
  /** Generated runs from which each plan leans while clauses are short; default `runs`. */
  readonly leanFrom?: number
  /** Runs in all at most; default: as many as `runs` allows. */
  readonly atMost?: number
  /** Stop at the first plan that fails, or that fails by one of these clauses; default true. */
  readonly bail?: boolean | readonly string[]
  /** Whether the plan at `index` (scenarios first) is run twice, and its histories compared; default none is. */
  readonly isRunTwice?: (index: number) => boolean
  /** What runs when it aborts is ended, and counted only where it has come to its end all the same. */
  readonly signal?: AbortSignal
  /** Of the time for the whole, ms. */
  readonly left?: () => number
  readonly onProgress?: (progress: Progress) => void
}

export interface Found {
  readonly tally: Tally
  /** For each clause that failed, the first outcome in which it did. */
  readonly failures: readonly { readonly clause: string; readonly outcome: RunOutcome }[]
  /** The run of a plan that left two histories when it was run twice: an error that ended the search. */
  readonly diverged: RunOutcome | null
  /** `enough`: all that was to run has run, though clauses may still be short. */
  readonly ended: 'enough' | 'failed' | 'error' | 'time' | 'aborted'
}

/**
 * Runs for which the search goes on if most clauses say nothing about the run that failed, as about one whose system has lost its
 * disk: the clause that the bus owes may be among them.
 */
const GO_ON = 48

/** Plans a batch: small enough that leans follow what is short, large enough that lanes seldom wait. */
const BATCH = 8

interface Rich {
  readonly plan: Plan
  readonly occasions: number
}

interface Known {
  readonly short: readonly Clause[]
  readonly richest: ReadonlyMap<string, Rich>
}

class Search {
  readonly tally = createTally()
  readonly failures = new Map<string, RunOutcome>()
  diverged: RunOutcome | null = null
  /** Ended at once: current runs are stopped and not counted. */
  ended: 'failed' | 'error' | 'aborted' | null = null
  /** No further run begins, but runs that end are counted. */
  closing: 'enough' | 'time' | null = null
  readonly #options: FindOptions
  readonly #progress: ReturnType<typeof createProgress>
  readonly #outcomes = new Map<number, RunOutcome>()
  /** What is known after so many complete batches. */
  readonly #after: Known[]
  /** Of each clause the plan that met most of its occasions. */
  readonly #richest = new Map<string, Rich>()
  readonly #stop = new AbortController()
  #next = 0
  #counted = 0
  /** How many had been counted when the search had found enough. */
  #failedAt: number | null = null
  #wake: (() => void)[] = []

  constructor(options: FindOptions) {
    this.#options = options
    this.#after = [{ short: shortOf(this.tally, options.clauses, options.lacks), richest: new Map() }]
    this.#progress = createProgress(options)
  }

  async run(): Promise<Found> {
    const { signal, lanes } = this.#options
    const aborted = () => (isTimeUp(signal) ? this.#timeUp() : this.#end('aborted'))
    signal?.addEventListener('abort', aborted)
    if (signal?.aborted) aborted()
    this.#progress.report(this.tally, this.#options.clauses)
    try {
      const settled = await Promise.allSettled(lanes.map((execute) => this.#lane(execute)))
      for (const lane of settled) if (lane.status === 'rejected') this.#broke(lane.reason)
    } finally {
      signal?.removeEventListener('abort', aborted)
    }
    this.#countRest()
    const failures = [...this.failures].map(([clause, outcome]) => ({ clause, outcome }))
    return { tally: this.tally, failures, diverged: this.diverged, ended: this.ended ?? this.closing ?? 'enough' }
  }

  /** Failures found before are kept and reported; without any, only the error is reported. */
  #broke(reason: unknown): void {
    for (const [, outcome] of [...this.#outcomes].sort(([one], [other]) => one - other)) this.#count(outcome)
    const [failed] = this.failures.values()
    if (failed === undefined) throw reason
    this.tally.add({ ...failed, error: messageOf(reason) })
  }

  async #lane(execute: Execute): Promise<void> {
    try {
      for (let plan = await this.#take(); plan !== null; plan = await this.#take()) {
        const run = this.#options.isRunTwice?.(plan.index) === true ? twice(execute) : execute
        const outcome = await run(plan.plan, { signal: this.#stop.signal })
        // What was ended says nothing of the site.
        if (this.closing !== 'time' || outcome.error === null) this.#settle(plan.index, outcome)
      }
    } catch (error) {
      this.#end('error')
      throw error
    }
  }

  /** The next plan, once the batches that it depends on are complete; null when there is none. */
  async #take(): Promise<{ index: number; plan: Plan } | null> {
    const { scenarios, generate, runs, leanFrom = runs } = this.#options
    if (this.#isOver() || this.#next >= mostRuns(this.#options)) return null
    const index = this.#next++
    const scenario = scenarios[index]
    if (scenario != null) return { index, plan: scenario }
    const generated = index - scenarios.slice(0, index).filter((plan) => plan !== null).length
    const late = generated >= leanFrom
    const batch = Math.floor(index / BATCH)
    const known = await this.#knownAfter(late ? batch : Math.max(0, batch - 1))
    if (known === null) return null
    const { short } = known
    if (generated >= runs && short.length === 0) {
      this.#close('enough')
      return null
    }
    const extra = late && short.length > 0
    const again = extra && generated % 2 === 1 ? richFor(known, generated) : null
    if (again !== null) return { index, plan: again }
    return {
      index,
      plan: generate(generated, leansFor(short.length === 0 ? this.#options.clauses : short, generated, extra)),
    }
  }

  /** What is known after `batches` complete ones; waits for them. Null when no run is to begin any more. */
  async #knownAfter(batches: number): Promise<Known | null> {
    while (!this.#isOver()) {
      const known = this.#after[batches]
      if (known !== undefined) return known
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
    return null
  }

  #settle(index: number, outcome: RunOutcome): void {
    this.#outcomes.set(index, outcome)
    while (this.ended === null) {
      const next = this.#outcomes.get(this.#counted)
      if (next === undefined) break
      this.#outcomes.delete(this.#counted)
      this.#counted += 1
      this.#count(next)
    }
    this.#wakeAll()
  }

  #count(outcome: RunOutcome): void {
    const { clauses, lacks, bail = true } = this.#options
    const divergence = divergenceIn(outcome)
    if (divergence !== null) this.diverged = outcome
    this.tally.add(divergence === null ? outcome : { ...outcome, error: divergence.message })
    if (this.tally.error !== null) {
      this.#end('error')
      return
    }
    for (const { id } of clauses) {
      const occasions = outcome.findings[id]?.occasions ?? 0
      if (occasions > (this.#richest.get(id)?.occasions ?? 0)) this.#richest.set(id, { plan: outcome.plan, occasions })
      const failed = (outcome.findings[id]?.violations.length ?? 0) > 0
      if (failed && !this.failures.has(id)) this.failures.set(id, outcome)
    }
    const short = shortOf(this.tally, clauses, lacks)
    if (this.#counted % BATCH === 0) this.#after[this.#counted / BATCH] = { short, richest: new Map(this.#richest) }
    this.#progress.report(this.tally, short)
    // What only many runs show has no run of its own that failed.
    const violated = clauses.filter(({ id }) => this.tally.clause(id).violationCount > 0)
    const ending = typeof bail === 'boolean' ? (bail ? violated : []) : violated.filter(({ id }) => bail.includes(id))
    if (ending.length === 0) return
    this.#failedAt ??= this.#counted
    const isSilent = (id: string): boolean => isMostlySilent(this.failures.get(id), clauses)
    if (this.#counted - this.#failedAt >= GO_ON || !ending.every(({ id }) => isSilent(id))) this.#end('failed')
  }

  /** Outcomes behind a plan that was never begun, because the time was up. */
  #countRest(): void {
    for (const [, outcome] of [...this.#outcomes].sort(([one], [other]) => one - other)) {
      if (this.ended === null) this.#count(outcome)
    }
  }

  #isOver(): boolean {
    return this.ended !== null || this.closing !== null
  }

  #close(how: 'enough' | 'time'): void {
    this.closing ??= how
    this.#wakeAll()
  }

  #timeUp(): void {
    this.#close('time')
    this.#stop.abort()
  }

  #end(how: 'failed' | 'error' | 'aborted'): void {
    this.ended ??= how
    this.#stop.abort()
    this.#wakeAll()
  }

  #wakeAll(): void {
    const waiting = this.#wake
    this.#wake = []
    for (const wake of waiting) wake()
  }
}

/** Whether less than half of the clauses were judged in it. What only many runs show has no run of its own. */
function isMostlySilent(outcome: RunOutcome | undefined, clauses: readonly Clause[]): boolean {
  if (outcome === undefined) return false
  const judged = clauses.filter(({ id }) => outcome.findings[id] !== undefined)
  return 2 * judged.length < clauses.length
}

/**
 * For the clause whose turn it is, the plan that met most of its occasions, with another seed; null where it met so few that
 * a score of such runs would not do.
 */
function richFor({ short, richest }: Known, turn: number): Plan | null {
  const clause = short[Math.floor(turn / 2) % Math.max(1, short.length)]
  const rich = clause === undefined ? undefined : richest.get(clause.id)
  if (clause === undefined || rich === undefined || rich.occasions * 20 < clause.wants) return null
  return { ...rich.plan, seed: deriveSeed(rich.plan.seed, 'again', turn) }
}

/**
 * Every other plan leans, until the least number of runs is reached: then each does. Where nothing is short, the leans of
 * all clauses take turns.
 */
function leansFor(short: readonly Clause[], index: number, extra: boolean): readonly Lean[] {
  if (extra) return nextLeans(short, index)
  return index % 2 === 0 ? [] : nextLeans(short, (index - 1) / 2)
}

/** Rejects only when an {@link Execute} rejects before any clause has failed; all lanes are quiet by then. */
export const find = (options: FindOptions): Promise<Found> => new Search(options).run()
