import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { CLAUSES } from '../../spec/index.ts'
import { judgedClauses } from '../certificate/judged.ts'
import { UsageError } from '../certify-options.ts'
import type { Violation } from '../check/check.ts'
import { fitPlan } from '../plan/fit.ts'
import type { Plan } from '../plan/plan.ts'
import { planIn } from '../plan/scenarios.ts'
import { tellStory } from '../report/story.ts'
import { plural } from '../report/text.ts'
import type { RunOutcome } from '../run/outcome.ts'
import { REPETITIONS } from '../search/confirm.ts'
import { FAILURES_FOLDER, readFailure } from '../search/store.ts'
import { SITES, type SiteName } from '../site/site-name.ts'
import { startLanes } from '../site/start.ts'
import { resolveAdapter } from './adapter-argument.ts'
import { EXIT } from './exit-code.ts'
import { interruptible } from './interrupt.ts'
import type { Io } from './io.ts'
import { choice, parseNodes, parseRepeat } from './options.ts'

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
    }
  }
  const { failure, plan } = await readFailure(argument, resolve(cwd, flags.failures))
  const site = flags.site ?? failure.site
  // Another site, or a system that runs already, has as many as it has.
  const nodes = flags.nodes ?? (site === failure.site && site !== 'remote' ? failure.nodes : undefined)
  return { plan, clause: failure.clause, adapter: flags.adapter ?? failure.adapter, site, nodes }
}

async function readPlan(argument: string, cwd: string): Promise<Plan> {
  const text = await readFile(resolve(cwd, argument), 'utf8').catch((cause: unknown) => {
    throw new UsageError(`${argument}: there is no such plan to read; give the path of a plan.json`, { cause })
  })
  return planIn(text, argument)
}

async function runReplay(argument: string, flags: ReplayFlags, io: Io): Promise<number> {
  const { plan, clause, adapter, site: wanted, nodes } = await whatToReplay(argument, flags, io.cwd)
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
    const times = flags.repeat ?? REPETITIONS[started.kind]
    io.stderr.write(
      `replaying ${argument} on ${running.adapter.name}, ${started.site} site, ${plural(times, 'time')}\n`,
    )
    const fitting = fitPlan(plan, running.adapter.claims)
    const outcomes: RunOutcome[] = []
    while (outcomes.length < times && !signal.aborted) {
      outcomes.push(await lane.execute(fitting, { keepHistory: true, signal }))
    }
    const judged = judgedClauses(CLAUSES, running.adapter.claims).map(({ id }) => id)
    return conclude(outcomes, { clause, judged }, io)
  })
}

interface Judging {
  readonly clause: string | null
  readonly judged: readonly string[]
}

function conclude(outcomes: readonly RunOutcome[], judging: Judging, io: Io): number {
  const errors = outcomes.flatMap(({ error }) => (error === null ? [] : [error]))
  const runs = outcomes.filter(({ error }) => error === null)
  const failing = runs.map((outcome) => violationOf(outcome, judging)).filter((found) => found !== null)
  const [first] = failing
  if (first !== undefined) io.stdout.write(`${storyOf(first).join('\n')}\n\n`)
  if (first !== undefined) {
    const clauses = [...new Set(failing.map(({ violation }) => violation.clause))].join(', ')
    io.stdout.write(`FAILED ${failing.length} of ${outcomes.length} by ${clauses}\n`)
    return EXIT.violation
  }
  if (errors.length > 0 || runs.length === 0) {
    io.stdout.write(`ERROR ${errors[0] ?? 'nothing was run'}\n`)
    return EXIT.failed
  }
  const what = judging.clause === null ? 'no clause was violated' : `${judging.clause} held`
  io.stdout.write(`FIXED ${what} in ${plural(runs.length, 'run')}\n`)
  return EXIT.certified
}

interface Found {
  readonly outcome: RunOutcome
  readonly violation: Violation
}

/** Of the clause that failed, else of any other: a plan that now breaks another clause is not fixed. */
function violationOf(outcome: RunOutcome, { clause, judged }: Judging): Found | null {
  const order = clause === null ? judged : [clause, ...judged]
  for (const id of order) {
    const violation = outcome.findings[id]?.violations[0]
    if (violation !== undefined) return { outcome, violation }
  }
  return null
}

function storyOf({ outcome: { history }, violation }: Found): string[] {
  return history === null ? [violation.message] : tellStory({ ...history, violation })
}
