/** Finds, confirms and shrinks the failure of one mutant, as `certify` does. */
import { judgedClauses } from '../../harness/certificate/judged.ts'
import { EFFORT } from '../../harness/effort.ts'
import type { Mutant } from '../../harness/mutants.ts'
import { PACKAGE_ROOT } from '../../harness/own-package.ts'
import { fitPlan } from '../../harness/plan/fit.ts'
import { generatePlan } from '../../harness/plan/generate.ts'
import type { Plan } from '../../harness/plan/plan.ts'
import { loadScenarios, mixed, sortScenarios } from '../../harness/plan/scenarios.ts'
import { planSize, stepsIn } from '../../harness/plan/size.ts'
import type { RunOutcome } from '../../harness/run/outcome.ts'
import { confirm, repeat } from '../../harness/search/confirm.ts'
import { find } from '../../harness/search/find.ts'
import { type Shrunk, shrink } from '../../harness/search/shrink.ts'
import type { Lanes } from '../../harness/site/lane.ts'
import { startLanes } from '../../harness/site/start.ts'
import { CLAUSES } from '../../spec/index.ts'
import { MUTANTS_FOLDER } from '../kill-matrix/collect.ts'

/** Generated runs until a mutant counts as escaped. */
const RUNS = { simulated: 300, real: 30 } as const
const SEED = 1

export interface Caught {
  readonly clause: string
  readonly outcome: RunOutcome
}

/**
 * The first run that fails by a clause that must catch the mutant; null where none does, as with what only many runs
 * together show. Throws where harness or site failed.
 */
export async function findFailure(
  { must }: Pick<Mutant, 'must'>,
  { lanes, adapter, outages }: Lanes,
  site: 'simulated' | 'real',
): Promise<Caught | null> {
  const { claims } = adapter
  const scenarios = await loadScenarios(new URL('scenarios/', PACKAGE_ROOT))
  const found = await find({
    lanes: lanes.map((lane) => lane.execute),
    scenarios: mixed(sortScenarios(scenarios, { claims, outages }).able, RUNS[site]).map(
      (plan) => plan && fitPlan(plan, claims),
    ),
    generate: (index, leans) => generatePlan({ claims, site, leans, outages }, SEED, index),
    clauses: judgedClauses(CLAUSES, claims),
    runs: RUNS[site],
    bail: must,
  })
  if (found.tally.error !== null) throw new Error(found.tally.error)
  return found.failures.find(({ clause }) => must.includes(clause)) ?? null
}

export interface Measured {
  readonly name: string
  readonly clause: string
  /** Sizes, see `harness/plan/size.ts`. */
  readonly found: number
  readonly shrunk: number
  readonly messages: number
  readonly faults: number
  readonly tried: number
  /**
   * Shrinking alone, s with one place. In simulation processor time, which is what it takes on a machine that has nothing else
   * to do; on real systems wall-clock time, for there most of it is waiting.
   */
  readonly seconds: number
  readonly ended: Shrunk['ended']
  /** How often the shrunk plan failed by the same clause when it was run again. */
  readonly failed: number
  readonly of: number
}

const LOOK = 100

/** Aborts when so much processor time (simulated) has been spent, ms. */
function stopwatch(site: 'simulated' | 'real', budget: number): Disposable & { signal: AbortSignal; passed(): number } {
  const stop = new AbortController()
  const began = performance.now()
  const before = process.cpuUsage()
  const passed = (): number => {
    if (site === 'real') return performance.now() - began
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  }
  const timer = setInterval(() => {
    if (site === 'simulated' && passed() >= budget) stop.abort()
  }, LOOK)
  return { signal: stop.signal, passed, [Symbol.dispose]: () => clearInterval(timer) }
}

/** Null where no run by itself shows the defect. */
export async function measure(
  mutant: Pick<Mutant, 'name' | 'must'>,
  { site, budget }: { readonly site: 'simulated' | 'real'; readonly budget: number },
): Promise<(Measured & { readonly plan: Plan }) | null> {
  const module = new URL(`${mutant.name}.ts`, MUTANTS_FOLDER).href
  const started = await startLanes(module, { site, count: 1, toxiproxy: 'auto' })
  await using lanes = started.lanes
  const caught = await findFailure(mutant, lanes, site)
  const execute = lanes.lanes[0]?.execute
  if (caught === null || execute === undefined) return null
  const { clause, outcome } = caught
  const times = EFFORT.default[site].repetitions
  const confirmed = confirm(await repeat({ execute, outcome, site, times }), clause)
  using watch = stopwatch(site, budget)
  const most = site === 'real' ? budget : Number.POSITIVE_INFINITY
  const { signal } = watch
  const shrunk = await shrink({
    execute,
    outcome,
    clause,
    claims: lanes.adapter.claims,
    site,
    confirmed,
    budget: most,
    signal,
  })
  const seconds = Number((watch.passed() / 1_000).toFixed(1))
  const again = confirm(await repeat({ execute, outcome: shrunk.outcome, site, times }), clause)
  const { messages, faults } = planSize(shrunk.outcome.plan)
  return {
    name: mutant.name,
    clause,
    plan: shrunk.outcome.plan,
    found: stepsIn(outcome.plan),
    shrunk: stepsIn(shrunk.outcome.plan),
    messages,
    faults,
    tried: shrunk.tried,
    seconds,
    ended: shrunk.ended,
    failed: again.failed,
    of: again.of,
  }
}
