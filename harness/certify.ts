/** Certifies an adapter: plans, runs, judgement, search, certificate. Knows nothing of terminals and test runners. */
import { availableParallelism, platform, release } from 'node:os'
import { join, relative } from 'node:path'
import { type Clause, LEVEL_AREAS } from '../spec/clause.ts'
import { CLAUSES } from '../spec/index.ts'
import { CERTIFICATE_FORMAT, type Certificate } from './certificate/certificate.ts'
import { judgedClauses } from './certificate/judged.ts'
import { checkSelection } from './certificate/selection.ts'
import { decide, verdictsOf } from './certificate/verdicts.ts'
import { type CertifyOptions, type Progress, SHRINK_WITHIN, UsageError } from './certify-options.ts'
import { installedVersion, OWN_VERSION, PACKAGE_ROOT } from './own-package.ts'
import { fitPlan, lacking } from './plan/fit.ts'
import { generatePlan } from './plan/generate.ts'
import { parsePlan } from './plan/parse.ts'
import type { Plan } from './plan/plan.ts'
import { loadRegressions, REGRESSIONS_FOLDER, type Regression } from './plan/regressions.ts'
import { loadScenarios, sortScenarios } from './plan/scenarios.ts'
import { type Explained, explainAll } from './search/explain-all.ts'
import { type Found, find } from './search/find.ts'
import { assertStorable, FAILURES_FOLDER } from './search/store.ts'
import type { AdapterFacts, Lanes } from './site/lane.ts'
import type { SiteKind, SiteName } from './site/site-name.ts'
import { startLanes } from './site/start.ts'

const RUNS = { simulated: 400, real: 40 } as const
const MOST_LANES = 4
/** In virtual time one run in so many is made twice, to see that it leaves the same history. */
const TWICE_EVERY = 50

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
  const pinned = plans === undefined ? await pinnedFor(options) : []
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
  const can = { claims: adapter.claims, outages: running.outages }
  const { able, unable } = sortScenarios(scenarios, can)
  const pins = sortScenarios(pinned, can, 'Pinned plan')
  const found = await search(running, {
    options,
    plans,
    pins: pins.able.length,
    scenarios: plans ?? [...pins.able, ...able],
    kind,
    seed,
    judged,
  })
  const explained = await explainFound(running, found, { options, module: String(module), site, kind, seed, level })
  const error = explained.divergence ?? found.tally.error
  const verdicts = verdictsOf(found.tally, {
    clauses,
    claims: adapter.claims,
    error,
    ...(options.only === undefined ? {} : { only: options.only }),
  })
  const { certified, notes } = decide({
    verdicts,
    claims: adapter.claims,
    level,
    error,
    witness: running.about.witness,
  })
  return {
    format: CERTIFICATE_FORMAT,
    adapter: adapter.name,
    system: adapter.system,
    site,
    level,
    certified: certified && found.ended !== 'aborted',
    notes: [
      ...notes,
      ...madeAgainNotes(running),
      ...pinNotes(pins),
      ...unable,
      ...explained.notes,
      ...ENDED[found.ended],
    ],
    seed,
    runs: found.tally.runs,
    events: found.tally.events,
    faults: found.tally.faults,
    links: running.about.links,
    madeAgain: [...running.madeAgain],
    witness: running.about.witness,
    host: running.about.host,
    verdicts,
    failures: explained.failures,
    error,
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

/** The first stands for all: the certificate's field has each of them. */
function madeAgainNotes({ madeAgain }: Lanes): string[] {
  if (madeAgain.length === 0) return []
  const times = madeAgain.length === 1 ? 'once' : `${madeAgain.length} times`
  return [`Runs were made again ${times}, because the site had spoilt them; first ${madeAgain[0]}.`]
}

/** What a reader must know of how the search ended. */
const ENDED: Readonly<Record<Found['ended'], readonly string[]>> = {
  enough: [],
  failed: [],
  error: [],
  aborted: ['Interrupted before it was finished.'],
  time: ['The time was up before all runs were made.'],
}

interface Search {
  readonly options: CertifyOptions
  /** Those to judge instead of scenarios and generated ones. */
  readonly plans: readonly Plan[] | undefined
  /** How many of the scenarios are pinned plans: these come first. */
  readonly pins: number
  /** Run first. */
  readonly scenarios: readonly Plan[]
  readonly kind: SiteKind
  readonly seed: number
  readonly judged: readonly Clause[]
}

async function search(running: Lanes, about: Search): Promise<Found> {
  const { options, plans, pins, scenarios, kind, seed, judged } = about
  const { claims } = running.adapter
  return await find({
    lanes: running.lanes.map((lane) => lane.execute),
    scenarios: scenarios.map((plan) => fitPlan(plan, claims)),
    generate: (index, leans) => generatePlan({ claims, site: kind, leans, outages: running.outages }, seed, index),
    clauses: judged,
    runs: plans === undefined ? (options.runs ?? RUNS[kind]) : 0,
    ...(kind === 'simulated' && { isRunTwice: (index) => index < pins || index % TWICE_EVERY === 0 }),
    ...(options.time === undefined ? {} : { time: options.time }),
    ...(options.bail === undefined ? {} : { bail: options.bail }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  })
}

interface Explaining extends Pick<Search, 'options' | 'kind' | 'seed'> {
  readonly module: string
  readonly site: SiteName
  readonly level: Certificate['level']
}

async function explainFound(
  running: Lanes,
  found: Found,
  { options, module, site, kind, seed, level }: Explaining,
): Promise<Explained> {
  const execute = running.lanes[0]?.execute
  if (execute === undefined) return { failures: [], divergence: null, notes: [] }
  return await explainAll(found, {
    execute,
    claims: running.adapter.claims,
    kind,
    budget: options.shrink ?? SHRINK_WITHIN[kind],
    store: storeOf(options),
    about: { adapter: portable(module), site, nodes: running.nodes, level, seed },
    onPhase: (phase) => report(options, found, phase),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
}

/** Read before anything is started, so that a broken one costs no run. */
const pinnedFor = async ({ regressions = REGRESSIONS_FOLDER }: CertifyOptions): Promise<readonly Regression[]> =>
  regressions === null ? [] : await loadRegressions(regressions)

const pinNotes = ({ able, unable }: ReturnType<typeof sortScenarios>): string[] => [
  ...(able.length === 0 ? [] : [`Pinned plans run first: ${able.length}.`]),
  ...unable,
]

const storeOf = ({ failures }: CertifyOptions): string | null => (failures === undefined ? FAILURES_FOLDER : failures)

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
