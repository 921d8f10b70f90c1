/** Certifies an adapter: plans, runs, judgement, search, certificate. Knows nothing of terminals and test runners. */
import { availableParallelism } from 'node:os'
import { type Clause, LEVEL_AREAS } from '../spec/clause.ts'
import { CLAUSES } from '../spec/index.ts'
import { CERTIFICATE_FORMAT, type Certificate } from './certificate/certificate.ts'
import { environmentOf, portable } from './certificate/environment.ts'
import { judgedClauses } from './certificate/judged.ts'
import { checkSelection } from './certificate/selection.ts'
import type { Tally } from './certificate/tally.ts'
import { decide, verdictsOf } from './certificate/verdicts.ts'
import { checkWaivers, holds, type Waiver } from './certificate/waiver.ts'
import { waive } from './certificate/waivers.ts'
import type { CertifyOptions, Progress } from './certify-options.ts'
import { createDeadline, type Deadline } from './deadline.ts'
import { EFFORT, type EffortFigures, effortOf, figuresFor } from './effort.ts'
import { UsageError } from './errors.ts'
import { checkFigures } from './figures.ts'
import { findAdapter } from './load/find-adapter.ts'
import { PACKAGE_ROOT } from './own-package.ts'
import { fitPlan, lacking } from './plan/fit.ts'
import { generatePlan } from './plan/generate.ts'
import { parsePlan } from './plan/parse.ts'
import type { Plan } from './plan/plan.ts'
import { loadRegressions, REGRESSIONS_FOLDER, type Regression } from './plan/regressions.ts'
import { loadScenarios, mixed, sortScenarios } from './plan/scenarios.ts'
import { checkEnvironment, checkProfile, profileNamed } from './profile.ts'
import { type Explained, explainAll } from './search/explain-all.ts'
import { type Found, find } from './search/find.ts'
import { progressIn } from './search/progress.ts'
import { assertStorable, FAILURES_FOLDER } from './search/store.ts'
import type { Lanes } from './site/lane.ts'
import { startLanesInTime } from './site/start.ts'
import { kindOf, type SiteKind, type SiteName } from './site-name.ts'
import { duration } from './text.ts'

const MOST_LANES = 4
/** In virtual time one run in so many is made twice, to see that it leaves the same history. */
const TWICE_EVERY = 50

const NO_SECURITY =
  '--level operable: a bus that crosses a network needs security, of which busproof has no clauses yet; use --site simulated, or --level resilient'

/**
 * Rejects with a {@link UsageError} for a mistake in the options or the adapter, or where something is not installed, and with
 * a {@link SiteError} when the site does not start; a failure of the site during the runs is in the certificate.
 */
export async function certify(given: URL | string, options: CertifyOptions = {}): Promise<Certificate> {
  const began = performance.now()
  const level = options.level ?? 'resilient'
  const effort = effortOf(options)
  checkFigures(options)
  // Invalid figures are reported before anything is loaded.
  const longest = figuresFor(options, kindOf(options.site ?? 'real')).time
  const clauses = CLAUSES.filter((clause) => LEVEL_AREAS[level].includes(clause.area))
  if (options.only !== undefined) checkSelection(options.only, level)
  const plans = options.plans?.map((plan, index) => parsePlan(plan, `plans[${index}]`))
  if (plans?.length === 0) throw new UsageError('plans is empty: give at least one plan, or leave it out')
  if (options.profile !== undefined) profileNamed(options.profile)
  const waivers = checkWaivers(options.waivers ?? [])
  const today = new Date().toISOString().slice(0, 10)
  const store = storeOf(options)
  if (store !== null) assertStorable(store)
  const pinned = plans === undefined ? await pinnedFor(options) : []
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31)
  const leftOf = (time: number): number => time - (performance.now() - began)
  const tell = (progress: Progress): void => options.onProgress?.({ ...progress, elapsedMs: performance.now() - began })
  tell(progressIn('starting'))
  const { href: module } = await findAdapter(given, process.cwd())
  // Which site it is follows from the adapter where none was asked for.
  using starting = createDeadline(leftOf(longest))
  const { site, kind, lanes } = await startLanesInTime(module, starting, {
    ...(options.site === undefined ? {} : { site: options.site }),
    ...(options.servers === undefined ? {} : { servers: options.servers }),
    count: options.lanes ?? Math.min(MOST_LANES, availableParallelism()),
    toxiproxy: options.toxiproxy ?? 'auto',
  })
  await using running = lanes
  const figures = figuresFor(options, kind)
  using deadline = createDeadline(leftOf(figures.time))
  const signal = options.signal === undefined ? deadline.signal : AbortSignal.any([options.signal, deadline.signal])
  const { adapter } = running
  if (options.profile !== undefined) checkProfile(options.profile, adapter)
  if (options.environment !== undefined) checkEnvironment(options.environment, adapter)
  if (level === 'operable' && kind === 'real' && running.lacks.network === undefined) throw new UsageError(NO_SECURITY)
  const judged = judgedClauses(clauses, adapter.claims, options.only)
  const can = { claims: adapter.claims, outages: running.outages, lacks: running.lacks }
  plans?.forEach((plan, index) => {
    const lacks = lacking(plan, can)
    if (lacks !== null) throw new UsageError(`plans[${index}] cannot run: ${lacks}`)
  })
  const scenarios = plans === undefined ? await loadScenarios(new URL('scenarios/', PACKAGE_ROOT)) : []
  const { able, unable } = sortScenarios(scenarios, can)
  const pins = sortScenarios(pinned, can, 'Pinned plan')
  const about = { options, figures, deadline, signal, tell, kind, seed }
  const found = await search(running, {
    ...about,
    plans,
    pins: pins.able.length,
    scenarios: plans ?? [...pins.able, ...mixed(able, figures.runs)],
    judged,
    bail: bailOn(
      options,
      judged,
      waivers.filter((waiver) => holds(waiver, today) && waiver.accepts !== 'shortage'),
    ),
  })
  const explained = await explainFound(running, found, { ...about, module, site, level })
  const error = explained.divergence ?? found.tally.error
  const unwaived = verdictsOf(found.tally, {
    clauses,
    claims: adapter.claims,
    lacks: running.lacks,
    error,
    ...(options.only === undefined ? {} : { only: options.only }),
  })
  const waiving = waive(unwaived, waivers, {
    today,
    isWhole: effort !== 'quick' && found.ended === 'enough' && options.only === undefined,
  })
  const { verdicts, stale } = waiving
  const { certified, notes } = decide({
    verdicts,
    claims: adapter.claims,
    lacks: running.lacks,
    level,
    effort,
    error,
    witness: running.about.witness,
  })
  return {
    format: CERTIFICATE_FORMAT,
    adapter: adapter.name,
    system: adapter.system,
    site,
    level,
    ...(options.profile !== undefined && { profile: options.profile }),
    ...(options.environment !== undefined && { settings: options.environment }),
    effort,
    certified: certified && stale.length === 0 && found.ended !== 'aborted',
    notes: [
      ...notes,
      ...waiving.notes,
      ...stale,
      ...madeAgainNotes(running),
      ...droppedNotes(found.tally),
      ...pinNotes(pins),
      ...unable,
      ...explained.notes,
      ...endNotes(found, figures),
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
    ...(stale.length > 0 && { staleWaivers: stale }),
    failures: explained.failures,
    error,
    tookMs: Math.round(performance.now() - began),
    environment: environmentOf(adapter, running.about.server),
  }
}

/** Only the first: the certificate's field contains all. */
function madeAgainNotes({ madeAgain }: Lanes): string[] {
  if (madeAgain.length === 0) return []
  const times = madeAgain.length === 1 ? 'once' : `${madeAgain.length} times`
  return [`Runs were repeated ${times}, because the site had failed; first ${madeAgain[0]}.`]
}

function droppedNotes({ dropped: { runs, bytes } }: Tally): string[] {
  if (runs === 0) return []
  const where = runs === 1 ? 'one run' : `${runs} runs`
  return [
    `The adapter wrote more output than busproof keeps in ${where}: ${bytes} bytes were not searched for secrets.`,
  ]
}

/** What a reader must know of how the search ended. */
function endNotes({ ended }: Found, { time }: EffortFigures): readonly string[] {
  if (ended === 'aborted') return ['Interrupted before it was finished.']
  if (ended !== 'time') return []
  return [`The time (${duration(time)}) was up before all runs were made; --time extends it.`]
}

interface Search {
  readonly options: CertifyOptions
  readonly figures: EffortFigures
  readonly deadline: Deadline
  /** Aborts when the caller's does, and when the time is up. */
  readonly signal: AbortSignal
  readonly tell: (progress: Progress) => void
  /** Those to judge instead of scenarios and generated ones. */
  readonly plans: readonly Plan[] | undefined
  /** How many of the scenarios are pinned plans: these come first. */
  readonly pins: number
  /** Run first; null for a generated one. */
  readonly scenarios: readonly (Plan | null)[]
  readonly kind: SiteKind
  readonly seed: number
  readonly judged: readonly Clause[]
  readonly bail: boolean | readonly string[]
}

async function search(running: Lanes, about: Search): Promise<Found> {
  const { options, figures, deadline, signal, tell, plans, pins, scenarios, kind, seed, judged, bail } = about
  const { environment } = options
  const { lacks } = running
  const { claims } = running.adapter
  const fitted = (plan: Plan): Plan => ({
    ...fitPlan(plan, claims, lacks),
    ...(environment === undefined ? {} : { environment }),
  })
  return await find({
    lanes: running.lanes.map((lane) => lane.execute),
    scenarios: scenarios.map((plan) => plan && fitted(plan)),
    generate: (index, leans) =>
      fitted(generatePlan({ claims, site: kind, leans, outages: running.outages }, seed, index)),
    clauses: judged,
    lacks,
    runs: plans === undefined ? figures.runs : 0,
    leanFrom: Math.min(figures.runs, EFFORT.default[kind].runs),
    ...(plans === undefined && figures.atMost !== null && { atMost: pins + figures.atMost }),
    ...(kind === 'simulated' && { isRunTwice: (index) => index < pins || index % TWICE_EVERY === 0 }),
    left: deadline.left,
    signal,
    bail,
    onProgress: tell,
  })
}

interface Explaining extends Omit<Search, 'plans' | 'pins' | 'scenarios' | 'judged' | 'bail'> {
  readonly module: string
  readonly site: SiteName
  readonly level: Certificate['level']
}

async function explainFound(
  running: Lanes,
  found: Found,
  { options, figures, deadline, signal, tell, module, site, kind, seed, level }: Explaining,
): Promise<Explained> {
  const execute = running.lanes[0]?.execute
  if (execute === undefined) return { failures: [], divergence: null, notes: [] }
  return await explainAll(found, {
    execute,
    claims: running.adapter.claims,
    kind,
    budget: figures.shrink,
    repetitions: figures.repetitions,
    left: deadline.left,
    store: storeOf(options),
    about: { adapter: portable(module), site, servers: running.servers, level, seed },
    ...(options.full === undefined ? {} : { full: options.full }),
    onPhase: (phase) => tell(progressIn(phase, found.tally)),
    signal,
  })
}

/** A waived violation does not end the search. */
function bailOn(
  { bail = true }: CertifyOptions,
  judged: readonly Clause[],
  waivers: readonly Waiver[],
): boolean | readonly string[] {
  if (bail === false || waivers.length === 0) return bail
  const ids = bail === true ? judged.map(({ id }) => id) : bail
  return ids.filter((id) => !waivers.some(({ clause }) => clause === id))
}

/** Read before anything is started, so that a broken one costs no run. */
const pinnedFor = async ({ regressions = REGRESSIONS_FOLDER }: CertifyOptions): Promise<readonly Regression[]> =>
  regressions === null ? [] : await loadRegressions(regressions)

const pinNotes = ({ able, unable }: ReturnType<typeof sortScenarios>): string[] => [
  ...(able.length === 0 ? [] : [`Pinned plans run first: ${able.length}.`]),
  ...unable,
]

const storeOf = ({ failures }: CertifyOptions): string | null => (failures === undefined ? FAILURES_FOLDER : failures)
