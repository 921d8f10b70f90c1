/**
 * Runs load and faults against a target for as long as its file says, in epochs: each is a run with topics and groups of its own,
 * and while one drains, the next one sends. What an epoch has shown is added up, and its history is let go.
 */
import { CERTIFICATE_FORMAT } from '../certificate/certificate.ts'
import { environmentOf, portable } from '../certificate/environment.ts'
import type { ShardPart } from '../certificate/shard.ts'
import type { Shard } from '../certificate/soak.ts'
import { verdictNotes, verdictsOf } from '../certificate/verdicts.ts'
import { messageOf, UsageError } from '../errors.ts'
import { type Explained, explainAll } from '../search/explain-all.ts'
import { FAILURES_FOLDER } from '../search/store.ts'
import type { Lanes } from '../site/lane.ts'
import { startLanes } from '../site/start.ts'
import { createEpochs, type Epochs, SOAKED } from './epochs.ts'
import type { ChaosConfig } from './file/config.ts'
import type { Span } from './file/threshold.ts'
import { firstRed, leaveStopFile, watchGuards } from './guards.ts'
import { createHistories } from './histories.ts'
import { encodeLatencies } from './measured/latencies.ts'
import { assertGoesOn, assertSameBus, follow } from './resume.ts'
import { ALONE, dealt, digestOf } from './shard.ts'
import type { Read, ShardCertificate } from './soaked.ts'
import { createStopping, type End } from './stopping.ts'
import { startSupervisor } from './supervise.ts'
import { assertPinned, type Resolving, resolveTarget } from './target.ts'
import { serve } from './told/serve.ts'
import { createTell, type Listener } from './told/told.ts'
import { startTraces } from './told/traces.ts'
import { isSoaked } from './verdict.ts'

export interface ChaosOptions extends Resolving {
  /** The part of the run that is this harness's; default: all of it. */
  readonly shard?: Shard
  /** What tells this run of the file from others, for shards. */
  readonly runId?: string
  /** What an earlier run of the same file has left, which goes on. */
  readonly earlier?: Read
  /** Receives the certificate as far as the run has come, each time that an epoch is judged. */
  readonly onJudged?: (certificate: ShardCertificate) => void
  /** Folder for failures; default `.busproof/failures`, null for none. */
  readonly failures?: string | null
  /** Each hears of everything that happens. */
  readonly listeners?: readonly Listener[]
  /** Receives the address of what `serve` asks for, before anything else happens. */
  readonly onServed?: (address: string) => void
  readonly signal?: AbortSignal
}

const TICK = 1_000

/** Rejects with a {@link UsageError} where the target may not be used, and with a `SiteError` where it does not start. */
export async function chaos(whole: ChaosConfig, options: ChaosOptions): Promise<ShardCertificate> {
  const { shard = ALONE, earlier } = options
  const config = dealt(whole, shard)
  if (earlier !== undefined) assertGoesOn(earlier, { whole, shard, runId: options.runId })
  const began = performance.now()
  const target = await resolveTarget(config, options)
  assertPinned(config, (await target.system.identify?.()) ?? null)
  const red = await firstRed(config, options.cwd)
  if (red !== null) throw new UsageError(`no run was started: ${red}`)
  const histories = config.histories && createHistories(config.histories, options.cwd)
  const stopping = createStopping(options.signal)
  const { serve: wanted } = config
  await using traces = config.traces === undefined ? null : await startTraces(config.traces)
  await using served =
    wanted === undefined
      ? null
      : await serve(wanted, (why) => {
          stopping.stop({ ended: 'guard', why })
          leaveStopFile(config, options.cwd)
        })
  if (served !== null) options.onServed?.(served.address)
  await using _supervisor = startSupervisor((error) => stopping.stop({ ended: 'error', why: error.message }))
  const { lanes } = await startLanes(target.module, {
    site: config.target.site,
    ...(config.target.servers === undefined ? {} : { servers: config.target.servers }),
    count: config.target.site === 'remote' ? 2 : 1,
    toxiproxy: config.target.toxiproxy,
    goesOn: true,
  })
  await using running = lanes
  const own = [served?.listener, traces?.listener].filter((one) => one !== undefined)
  const listeners = [...(options.listeners ?? []), ...own]
  const tell = createTell(listeners, () => performance.now())
  const onLatency = (span: Span, ms: number): void => {
    for (const listener of listeners) listener.latency?.(span, ms)
  }
  if (earlier !== undefined) assertSameBus(earlier, running)
  const sinceBegan = (): number => performance.now() - began
  const certifying = { running, target, options, whole, shard }
  const { onJudged } = options
  const whatCame = (own: ShardCertificate): ShardCertificate =>
    earlier === undefined ? own : follow(earlier.certificate, own)
  const run = createEpochs(config, running, {
    stopping,
    shard,
    from: earlier?.certificate.shard.done,
    histories,
    onJudged() {
      if (onJudged === undefined) return
      const stopped: End = { ended: 'unfinished', why: 'it had not ended when this was written' }
      const course = { run, stopped, tookMs: sinceBegan() }
      onJudged(whatCame(certificateOf(config, { ...certifying, ...course }, NO_STORIES)))
    },
    tell,
    onLatency,
  })
  const { seed, load } = config
  const time = new Date().toISOString()
  tell({ event: 'began', time, adapter: running.adapter.name, site: config.target.site, seed, rate: load.rate })
  watchGuards(config, options.cwd, {
    red: (why) => stopping.stop({ ended: 'guard', why }),
    signal: stopping.over,
  })
  const ticking = setInterval(run.tick, TICK)
  try {
    await run.soak()
  } catch (error) {
    tell({ event: 'ended', ended: 'error', why: messageOf(error) })
    throw error
  } finally {
    clearInterval(ticking)
    stopping.finish()
  }
  const course = { run, stopped: stopping.end(), tookMs: sinceBegan() }
  const stories = await explained(config, { ...certifying, run })
  const certificate = whatCame(certificateOf(config, { ...certifying, ...course }, stories))
  tell({ event: 'ended', ended: certificate.soak.ended, why: certificate.soak.why })
  return certificate
}

interface Certifying {
  readonly running: Lanes
  readonly run: Epochs
  readonly stopped: End | null
  readonly target: { readonly module: string }
  readonly options: ChaosOptions
  /** What the file says, of all shards. */
  readonly whole: ChaosConfig
  readonly shard: Shard
  readonly tookMs: number
}

type Stories = Pick<Explained, 'failures' | 'notes'>
const NO_STORIES: Stories = { failures: [], notes: [] }

async function explained(
  config: ChaosConfig,
  { running, run, target, options }: Pick<Certifying, 'running' | 'run' | 'target' | 'options'>,
): Promise<Stories> {
  const { adapter } = running
  const { tally, failed } = run
  const [lane] = running.lanes
  if (lane === undefined) throw new RangeError('there is no lane')
  const { failures: store = FAILURES_FOLDER } = options
  return await explainAll(
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
}

function certificateOf(
  config: ChaosConfig,
  { running, run, stopped, options, whole, shard, tookMs }: Certifying,
  { failures, notes }: Stories,
): ShardCertificate {
  const { adapter, lacks } = running
  const { tally } = run
  const error = stopped?.ended === 'error' ? stopped.why : tally.error
  const verdicts = verdictsOf(tally, { clauses: SOAKED, claims: adapter.claims, lacks, error })
  const soak = run.summary(verdicts, stopped)
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
    shard: partOf(shard, { whole, options, running, run }),
    tookMs: Math.round(tookMs),
    environment: environmentOf(adapter, running.about.server),
  }
}

/** What `busproof merge` adds up, and a run that goes on begins with. */
function partOf(
  shard: Shard,
  { whole, options, running, run }: Pick<Certifying, 'whole' | 'options' | 'running' | 'run'>,
): ShardPart {
  const { publish, handle } = run.latencies
  return {
    ...shard,
    file: digestOf(whole),
    run: options.runId ?? options.earlier?.certificate.shard.run ?? null,
    seed: whole.seed,
    asked: whole.faults.kinds.length > 0,
    claims: running.adapter.claims,
    lacks: running.lacks,
    tally: run.tally.parts(),
    done: run.done(),
    latencies: { publish: encodeLatencies(publish), handle: encodeLatencies(handle) },
  }
}
