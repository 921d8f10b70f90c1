import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { CLAUSES } from '../../spec/index.ts'
import { judgedClauses } from '../certificate/judged.ts'
import { UsageError } from '../certify-options.ts'
import { readHistory } from '../history/read.ts'
import { fitPlan, lacking } from '../plan/fit.ts'
import type { Plan } from '../plan/plan.ts'
import { planIn } from '../plan/scenarios.ts'
import { plural } from '../report/text.ts'
import { missedIn } from '../run/missed.ts'
import type { RunOutcome } from '../run/outcome.ts'
import { REPETITIONS } from '../search/confirm.ts'
import { FAILURES_FOLDER, readFailure } from '../search/store.ts'
import { SITES, type SiteName } from '../site/site-name.ts'
import { startLanes } from '../site/start.ts'
import { resolveAdapter } from './adapter-argument.ts'
import { interruptible } from './interrupt.ts'
import type { Io } from './io.ts'
import { choice, parseNodes, parseRepeat } from './options.ts'
import { conclude } from './replay-verdict.ts'

interface ReplayFlags {
  readonly adapter?: string
  readonly site?: SiteName
  readonly nodes?: number
  readonly repeat?: number
  readonly failures: string
  readonly toxiproxy: 'auto' | 'off' | 'required'
}

export function addReplayCommand(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('replay')
    .description('run a failing plan again')
    .argument('<failure>', 'the id of a stored failure, or the path of a plan or scenario as JSON')
    .option('--adapter <adapter>', 'a built-in name or a path (default: the one that failed)')
    .addOption(choice('--site <site>', 'where to run (default: where it failed)', SITES))
    .option('--nodes <number>', 'nodes of the system (default: as many as when it failed)', parseNodes)
    .option('--repeat <number>', 'times to run it (default: 1 simulated, 5 real)', parseRepeat)
    .option('--failures <folder>', 'where failures are stored', FAILURES_FOLDER)
    .addOption(choice('--toxiproxy <mode>', 'on the real site', ['auto', 'off', 'required']).default('auto'))
    .action(async (failure: string, flags: ReplayFlags) => end(await runReplay(failure, flags, io)))
}

interface Replayed {
  readonly plan: Plan
  /** The clause that failed; null for a bare plan, which any clause may fail. */
  readonly clause: string | null
  readonly adapter: string
  readonly site: SiteName | undefined
  readonly nodes: number | undefined
  /** Numbers of what did not land when it failed either. */
  readonly idle: ReadonlySet<number>
}

async function whatToReplay(argument: string, flags: ReplayFlags, cwd: string): Promise<Replayed> {
  if (argument.endsWith('.json')) {
    if (flags.adapter === undefined) {
      throw new UsageError(`${argument}: a plan does not know its adapter; name it with --adapter`)
    }
    return {
      plan: await readPlan(argument, cwd),
      clause: null,
      adapter: flags.adapter,
      site: flags.site,
      nodes: flags.nodes,
      idle: new Set(),
    }
  }
  const { failure, plan, folder } = await readFailure(argument, resolve(cwd, flags.failures))
  const site = flags.site ?? failure.site
  // Another site, or a system that runs already, has as many as it has.
  const nodes = flags.nodes ?? (site === failure.site && site !== 'remote' ? failure.nodes : undefined)
  return {
    plan,
    clause: failure.clause,
    adapter: flags.adapter ?? failure.adapter,
    site,
    nodes,
    idle: await idleIn(folder, plan),
  }
}

/** A failure may be stored without its history: then everything in its plan counts. */
async function idleIn(folder: string, plan: Plan): Promise<ReadonlySet<number>> {
  const file = join(folder, 'history.jsonl')
  if (!existsSync(file)) return new Set()
  const { events } = await readHistory(file)
  return new Set(missedIn(plan, events).map(({ number }) => number))
}

async function readPlan(argument: string, cwd: string): Promise<Plan> {
  const text = await readFile(resolve(cwd, argument), 'utf8').catch((cause: unknown) => {
    throw new UsageError(`${argument}: there is no such plan to read; give the path of a plan.json`, { cause })
  })
  return planIn(text, argument)
}

async function runReplay(argument: string, flags: ReplayFlags, io: Io): Promise<number> {
  const { plan, clause, adapter, site: wanted, nodes, idle } = await whatToReplay(argument, flags, io.cwd)
  const module = await resolveAdapter(adapter, io.cwd)
  return interruptible(io, async (signal) => {
    const started = await startLanes(module.href, {
      ...(wanted && { site: wanted }),
      ...(nodes && { nodes }),
      count: 1,
      toxiproxy: flags.toxiproxy,
    })
    await using running = started.lanes
    const [lane] = running.lanes
    if (lane === undefined) throw new Error('the site started no lane')
    const { claims, name } = running.adapter
    const lacks = lacking(plan, { claims, outages: running.outages })
    if (lacks !== null)
      throw new UsageError(`${argument} cannot happen with ${name} on the ${started.site} site: ${lacks}`)
    const times = flags.repeat ?? REPETITIONS[started.kind]
    io.stderr.write(`replaying ${argument} on ${name}, ${started.site} site, ${plural(times, 'time')}\n`)
    const fitting = fitPlan(plan, claims)
    const outcomes: RunOutcome[] = []
    while (outcomes.length < times && !signal.aborted) {
      outcomes.push(await lane.execute(fitting, { keepHistory: true, signal }))
    }
    const judged = judgedClauses(CLAUSES, claims).map(({ id }) => id)
    return conclude(outcomes, { clause, judged, plan, fitting, idle }, io.stdout)
  })
}
