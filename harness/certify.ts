/** Certifies an adapter: plans, runs, judgement, search, certificate. Knows nothing of terminals and test runners. */
import { availableParallelism, platform, release } from 'node:os'
import { join, relative } from 'node:path'
import { type Clause, LEVEL_AREAS } from '../spec/clause.ts'
import { CLAUSES } from '../spec/index.ts'
import { CERTIFICATE_FORMAT, type Certificate, type Failure } from './certificate/certificate.ts'
import { judgedClauses } from './certificate/judged.ts'
import { checkSelection } from './certificate/selection.ts'
import { decide, verdictsOf } from './certificate/verdicts.ts'
import { type CertifyOptions, type Progress, UsageError } from './certify-options.ts'
import { installedVersion, OWN_VERSION, PACKAGE_ROOT } from './own-package.ts'
import { fitPlan, lacking } from './plan/fit.ts'
import { generatePlan } from './plan/generate.ts'
import { parsePlan } from './plan/parse.ts'
import type { Plan } from './plan/plan.ts'
import { loadScenarios, sortScenarios } from './plan/scenarios.ts'
import type { RunOutcome } from './run/outcome.ts'
import { type Repeats, repeat } from './search/confirm.ts'
import { explain } from './search/explain.ts'
import { type Found, find } from './search/find.ts'
import { assertStorable, FAILURES_FOLDER } from './search/store.ts'
import type { AdapterFacts, Lanes } from './site/lane.ts'
import type { SiteKind, SiteName } from './site/site-name.ts'
import { startLanes } from './site/start.ts'

const RUNS = { simulated: 400, real: 40 } as const
const SHRINK = { simulated: 10_000, real: 60_000 } as const
const MOST_LANES = 4

/**
 * Rejects with a {@link UsageError} for a mistake in the options or the adapter, and with a {@link SiteError} when the
 * site cannot be had; a failure of the site during the runs is in the certificate.
 */
export async function certify(module: URL | string, options: CertifyOptions = {}): Promise<Certificate> {
  const began = performance.now()
  const level = options.level ?? 'resilient'
  const clauses = CLAUSES.filter((clause) => LEVEL_AREAS[level].includes(clause.area))
  if (options.only !== undefined) checkSelection(options.only, level)
  const plans = options.plans?.map((plan, index) => parsePlan(plan, `plans[${index}]`))
  if (plans?.length === 0) throw new UsageError('plans is empty: give at least one plan, or leave it out')
  const store = storeOf(options)
  if (store !== null) assertStorable(store)
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31)
  const { site, kind, lanes } = await startLanes(String(module), {
    ...(options.site === undefined ? {} : { site: options.site }),
    ...(options.nodes === undefined ? {} : { nodes: options.nodes }),
    count: options.lanes ?? Math.min(MOST_LANES, availableParallelism()),
    toxiproxy: options.toxiproxy ?? 'auto',
  })
  await using running = lanes
  const { adapter } = running
  const judged = judgedClauses(clauses, adapter.claims, options.only)
  plans?.forEach((plan, index) => {
    const lacks = lacking(plan, { claims: adapter.claims, outages: running.outages })
    if (lacks !== null) throw new UsageError(`plans[${index}] cannot happen: ${lacks}`)
  })
  const scenarios = plans === undefined ? await loadScenarios(new URL('scenarios/', PACKAGE_ROOT)) : []
  const { able, unable } = sortScenarios(scenarios, { claims: adapter.claims, outages: running.outages })
  const found = await search(running, { options, plans, scenarios: plans ?? able, kind, seed, judged })
  const failures = await explainAll(running, found, {
    options,
    module: String(module),
    site,
    kind,
    seed,
    level,
    clauses,
  })
  const verdicts = verdictsOf(found.tally, {
    clauses,
    claims: adapter.claims,
    ...(options.only === undefined ? {} : { only: options.only }),
  })
  const { certified, notes } = decide({
    verdicts,
    claims: adapter.claims,
    level,
    error: found.tally.error,
    witness: running.about.witness,
  })
  const complete = found.ended !== 'aborted' && found.ended !== 'time'
  return {
    format: CERTIFICATE_FORMAT,
    adapter: adapter.name,
    system: adapter.system,
    site,
    level,
    certified: certified && found.ended !== 'aborted',
    notes: complete
      ? [...notes, ...unable]
      : [
          ...notes,
          ...unable,
          found.ended === 'aborted'
            ? 'Interrupted before it was finished.'
            : 'The time was up before all runs were made.',
        ],
    seed,
    runs: found.tally.runs,
    events: found.tally.events,
    faults: found.tally.faults,
    links: running.about.links,
    witness: running.about.witness,
    host: running.about.host,
    verdicts,
    failures,
    error: found.tally.error,
    tookMs: Math.round(performance.now() - began),
    environment: {
      busproof: OWN_VERSION,
      node: process.version,
      client: clientOf(adapter),
      server: running.about.server,
      os: `${platform()} ${release()}`,
    },
  }
}

interface Search {
  readonly options: CertifyOptions
  /** Those to judge instead of scenarios and generated ones. */
  readonly plans: readonly Plan[] | undefined
  /** Run first. */
  readonly scenarios: readonly Plan[]
  readonly kind: SiteKind
  readonly seed: number
  readonly judged: readonly Clause[]
}

async function search(running: Lanes, { options, plans, scenarios, kind, seed, judged }: Search): Promise<Found> {
  const { claims } = running.adapter
  return await find({
    lanes: running.lanes.map((lane) => lane.execute),
    scenarios: scenarios.map((plan) => fitPlan(plan, claims)),
    generate: (index, leans) => generatePlan({ claims, site: kind, leans, outages: running.outages }, seed, index),
    clauses: judged,
    runs: plans === undefined ? (options.runs ?? RUNS[kind]) : 0,
    ...(options.time === undefined ? {} : { time: options.time }),
    ...(options.bail === undefined ? {} : { bail: options.bail }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  })
}

interface Explaining extends Omit<Search, 'judged' | 'plans' | 'scenarios'> {
  readonly module: string
  readonly site: SiteName
  readonly level: Certificate['level']
  readonly clauses: readonly Clause[]
}

/** Each failing clause, confirmed, shrunk, stored and told; what one run violated is confirmed together. */
async function explainAll(running: Lanes, found: Found, about: Explaining): Promise<Failure[]> {
  const { options, site, kind } = about
  const execute = running.lanes[0]?.execute
  if (execute === undefined) return []
  const signal = options.signal === undefined ? {} : { signal: options.signal }
  const budget = options.shrink ?? SHRINK[kind]
  const repeats = new Map<RunOutcome, Repeats>()
  const failures: Failure[] = []
  for (const { clause, outcome } of found.failures) {
    report(options, found, 'confirming')
    const repeated =
      repeats.get(outcome) ?? (budget > 0 ? await repeat({ execute, outcome, site: kind, ...signal }) : NO_REPEATS)
    repeats.set(outcome, repeated)
    report(options, found, 'shrinking')
    const failure = await explain({
      execute,
      outcome,
      repeats: repeated,
      clause,
      claims: running.adapter.claims,
      site: kind,
      budget: budget / found.failures.length,
      store: storeOf(options),
      about: {
        adapter: portable(about.module),
        site,
        nodes: running.nodes,
        level: about.level,
        clause,
        seed: about.seed,
      },
      ...signal,
    })
    failures.push(failure)
  }
  return failures
}

const storeOf = ({ failures }: CertifyOptions): string | null => (failures === undefined ? FAILURES_FOLDER : failures)

const NO_REPEATS: Repeats = { outcomes: [], same: null }

function report({ onProgress }: CertifyOptions, { tally }: Found, phase: Progress['phase']): void {
  onProgress?.({
    phase,
    runs: tally.runs,
    wanted: tally.runs,
    faultsLanded: Object.values(tally.faults.landed).reduce((sum, count) => sum + count, 0),
    events: tally.events,
    elapsedMs: 0,
    remainingMs: null,
    short: [],
  })
}

/** A module's path from here, so that a stored failure can be moved with the project; URLs of other kinds stay. */
const portable = (module: string): string =>
  module.startsWith('file:') ? join('.', relative(process.cwd(), new URL(module).pathname)) : module

const clientOf = ({ client }: AdapterFacts): string | null => {
  if (client === null) return null
  const version = installedVersion(client)
  return version === null ? client : `${client} ${version}`
}
