/**
 * Runs load and faults against a target for as long as its file says, in epochs: each is a run with topics and groups of its own,
 * and while one drains, the next one sends. What an epoch has shown is added up, and its history is let go.
 */
import { CERTIFICATE_FORMAT, type Certificate } from '../certificate/certificate.ts'
import { environmentOf, portable } from '../certificate/environment.ts'
import { verdictNotes, verdictsOf } from '../certificate/verdicts.ts'
import { UsageError } from '../errors.ts'
import { explainAll } from '../search/explain-all.ts'
import { FAILURES_FOLDER } from '../search/store.ts'
import type { Lanes } from '../site/lane.ts'
import { startLanes } from '../site/start.ts'
import type { ChaosConfig } from './config.ts'
import { type ChaosProgress, createEpochs, type Epochs, SOAKED } from './epochs.ts'
import { firstRed, watchGuards } from './guards.ts'
import { createStopping, type End } from './stopping.ts'
import { startSupervisor } from './supervise.ts'
import { assertPinned, type Resolving, resolveTarget } from './target.ts'
import { isSoaked } from './verdict.ts'

export type { ChaosProgress } from './epochs.ts'

export interface ChaosOptions extends Resolving {
  /** Folder for failures; default `.busproof/failures`, null for none. */
  readonly failures?: string | null
  readonly onProgress?: (progress: ChaosProgress) => void
  readonly signal?: AbortSignal
}

const TICK = 1_000

/** Rejects with a {@link UsageError} where the target may not be used, and with a `SiteError` where it does not start. */
export async function chaos(config: ChaosConfig, options: ChaosOptions): Promise<Certificate> {
  const began = performance.now()
  const target = await resolveTarget(config, options)
  assertPinned(config, (await target.system.identify?.()) ?? null)
  const red = await firstRed(config, options.cwd)
  if (red !== null) throw new UsageError(`no run was started: ${red}`)
  const stopping = createStopping(options.signal)
  await using _supervisor = startSupervisor((error) => stopping.stop({ ended: 'error', why: error.message }))
  const { lanes } = await startLanes(target.module, {
    site: config.target.site,
    ...(config.target.servers === undefined ? {} : { servers: config.target.servers }),
    count: config.target.site === 'remote' ? 2 : 1,
    toxiproxy: config.target.toxiproxy,
    judgesApart: true,
  })
  await using running = lanes
  const run = createEpochs(config, running, { stopping, onProgress: options.onProgress })
  watchGuards(config, options.cwd, {
    red: (why) => stopping.stop({ ended: 'guard', why }),
    signal: stopping.over,
  })
  const ticking = setInterval(run.tick, TICK)
  try {
    await run.soak()
  } finally {
    clearInterval(ticking)
    stopping.finish()
  }
  return await certificateOf(config, {
    running,
    run,
    stopped: stopping.end(),
    target,
    options,
    tookMs: performance.now() - began,
  })
}

interface Certifying {
  readonly running: Lanes
  readonly run: Epochs
  readonly stopped: End | null
  readonly target: { readonly module: string }
  readonly options: ChaosOptions
  readonly tookMs: number
}

async function certificateOf(
  config: ChaosConfig,
  { running, run, stopped, target, options, tookMs }: Certifying,
): Promise<Certificate> {
  const { adapter, lacks } = running
  const { tally, failed } = run
  const error = stopped?.ended === 'error' ? stopped.why : tally.error
  const verdicts = verdictsOf(tally, { clauses: SOAKED, claims: adapter.claims, lacks, error })
  const soak = run.summary(verdicts)
  const [lane] = running.lanes
  if (lane === undefined) throw new RangeError('there is no lane')
  const { failures: store = FAILURES_FOLDER } = options
  const { failures, notes } = await explainAll(
    { tally, failures: failed, diverged: null, ended: 'enough' },
    {
      execute: lane.execute,
      claims: adapter.claims,
      kind: 'real',
      // A target that others use is not run again and again to make a story shorter.
      budget: 0,
      repetitions: 1,
      store,
      about: {
        adapter: portable(target.module),
        site: config.target.site,
        servers: running.servers,
        level: 'resilient',
        seed: config.seed,
      },
      onPhase: () => undefined,
    },
  )
  return {
    format: CERTIFICATE_FORMAT,
    adapter: adapter.name,
    system: adapter.system,
    site: config.target.site,
    level: 'resilient',
    effort: 'default',
    certified: isSoaked(soak, verdicts),
    notes: [...verdictNotes(verdicts), ...running.madeAgain, ...notes],
    seed: config.seed,
    runs: tally.runs,
    events: tally.events,
    faults: tally.faults,
    links: running.about.links,
    madeAgain: [...running.madeAgain],
    witness: running.about.witness,
    host: running.about.host,
    verdicts,
    failures,
    error,
    soak,
    tookMs: Math.round(tookMs),
    environment: environmentOf(adapter, running.about.server),
  }
}
