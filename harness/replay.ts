/** Runs one plan again, as often as asked. */

import type { CertifyOptions } from './certify-options.ts'
import { UsageError } from './errors.ts'
import { checkFigures } from './figures.ts'
import { fitPlan, lacking } from './plan/fit.ts'
import { parsePlan } from './plan/parse.ts'
import type { Plan } from './plan/plan.ts'
import { type Missed, missedIn } from './run/missed.ts'
import { storyOf } from './search/explain.ts'
import { startLanes } from './site/start.ts'
import type { SiteName } from './site-name.ts'

export interface ReplayOptions {
  readonly site?: SiteName
  readonly servers?: number
  /** Times; default 1 simulated, 5 real. */
  readonly repeat?: number
  /** Only a violation of this clause counts as failed; default: of any. */
  readonly clause?: string
  readonly toxiproxy?: CertifyOptions['toxiproxy']
  readonly signal?: AbortSignal
}

export interface Replayed {
  readonly runs: number
  /** Runs that violated the clause, or any where none was named. */
  readonly failed: number
  /** Clauses that were violated, with their counts of runs. */
  readonly clauses: Readonly<Record<string, number>>
  /** Of the first failing run. */
  readonly story: readonly string[] | null
  /** Faults of the plan that landed in no run, by name: without them, runs that do not fail say little. */
  readonly missed: readonly string[]
  /** The harness or the site failed. */
  readonly error: string | null
}

/** Rejects as {@link certify} does. */
export async function replay(module: URL | string, plan: Plan, options: ReplayOptions = {}): Promise<Replayed> {
  checkFigures(options)
  const parsed = parsePlan(plan, 'the plan')
  const { kind, lanes } = await startLanes(String(module), {
    ...(options.site === undefined ? {} : { site: options.site }),
    ...(options.servers === undefined ? {} : { servers: options.servers }),
    count: 1,
    toxiproxy: options.toxiproxy ?? 'auto',
  })
  await using running = lanes
  const { lacks, outages } = running
  const { claims } = running.adapter
  const missing = lacking(parsed, { claims, outages, lacks })
  if (missing !== null) throw new UsageError(`the plan cannot run: ${missing}`)
  const lane = running.lanes[0]
  const clauses: Record<string, number> = {}
  const fitting = fitPlan(parsed, claims, lacks)
  let missed: readonly Missed[] = missedIn(fitting, [])
  let story: readonly string[] | null = null
  let failed = 0
  let runs = 0
  const told = () => ({ failed, clauses, story, missed: missed.map(({ name }) => name) })
  for (
    ;
    lane !== undefined && runs < (options.repeat ?? (kind === 'simulated' ? 1 : 5)) && options.signal?.aborted !== true;
    runs++
  ) {
    const outcome = await lane.execute(fitting, {
      keepHistory: true,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    const here = new Set(missedIn(fitting, outcome.history?.events ?? []).map(({ number }) => number))
    missed = missed.filter(({ number }) => here.has(number))
    if (outcome.error !== null) return { runs: runs + 1, ...told(), error: outcome.error }
    const violated = Object.entries(outcome.findings)
      .filter(([, finding]) => finding.violations.length > 0)
      .map(([clause]) => clause)
    for (const clause of violated) clauses[clause] = (clauses[clause] ?? 0) + 1
    const counts = options.clause === undefined ? violated[0] : violated.find((clause) => clause === options.clause)
    if (counts === undefined) continue
    failed += 1
    story ??= storyOf(outcome, counts)
  }
  return { runs, ...told(), error: null }
}
