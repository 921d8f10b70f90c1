import type { Command } from 'commander'
import { CLAUSES } from '../../spec/index.ts'
import { judgedClauses } from '../certificate/judged.ts'
import { UsageError } from '../errors.ts'
import { resolveAdapter } from '../load/find-adapter.ts'
import { fitPlan, lacking } from '../plan/fit.ts'
import type { RunOutcome } from '../run/outcome.ts'
import { replays } from '../search/confirm.ts'
import { DETERMINISM, twice } from '../search/divergence.ts'
import { FAILURES_FOLDER } from '../search/store.ts'
import type { Lanes } from '../site/lane.ts'
import { startLanes } from '../site/start.ts'
import { SITES, type SiteKind, type SiteName } from '../site-name.ts'
import { plural, WIDTH } from '../text.ts'
import { EXIT } from './exit-code.ts'
import { interruptible } from './interrupt.ts'
import type { Io } from './io.ts'
import { choice, parseClauses, parseRepeat, parseServers } from './options.ts'
import { type SourceFlags, type ToReplay, whatToReplay } from './replay-source.ts'
import { conclude } from './replay-verdict.ts'

interface ReplayFlags extends SourceFlags {
  readonly repeat?: number
  readonly toxiproxy: 'auto' | 'off' | 'required'
}

export function addReplayCommand(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('replay')
    .description('run a failing plan again, and report whether it is fixed and where its story differs')
    .argument(
      '<failure>',
      'the id or the folder of a stored failure, or the path of a plan, a pinned plan or a certificate as JSON',
    )
    .option('--adapter <adapter>', 'a built-in name, a path or a package (default: the adapter that failed)')
    .addOption(choice('--site <site>', 'where to run (default: the site on which it failed)', SITES))
    .option('--servers <number>', 'number of servers of the system (default: as when it failed)', parseServers)
    .option(
      '--repeat <number>',
      'number of runs (default: simulated 1, or 2 if it passes; real 5 or more)',
      parseRepeat,
    )
    .option('--only <clause...>', 'of a certificate, only the failures of these clauses', parseClauses)
    .option('--failures <folder>', 'where failures are stored', FAILURES_FOLDER)
    .option('--full', 'print the complete story')
    .addOption(choice('--toxiproxy <mode>', 'on the real site', ['auto', 'off', 'required']).default('auto'))
    .action(async (failure: string, flags: ReplayFlags) => end(await runReplay(failure, flags, io)))
}

async function runReplay(argument: string, flags: ReplayFlags, io: Io): Promise<number> {
  const all = await whatToReplay(argument, flags, io.cwd)
  for (const note of all.flatMap(({ notes }) => notes)) io.stderr.write(`${note}: the replay continues without it\n`)
  return interruptible(io, async (signal) => {
    const codes: number[] = []
    for (const group of alike(all)) codes.push(...(await replayGroup(group, all.length, flags, io, signal)))
    if (all.length > 1) io.stdout.write(`\n${summary(codes)}\n`)
    return worst(codes)
  })
}

/** All of one adapter, site and number of servers, on one system. */
async function replayGroup(
  group: Group,
  of: number,
  { toxiproxy, repeat, full = false }: ReplayFlags,
  io: Io,
  signal: AbortSignal,
): Promise<number[]> {
  if (signal.aborted) return []
  const [{ adapter, site, servers }] = group
  const module = await resolveAdapter(adapter, io.cwd)
  const started = await startLanes(module.href, {
    ...(site && { site }),
    ...(servers && { servers }),
    count: 1,
    toxiproxy,
  })
  await using running = started.lanes
  const codes: number[] = []
  for (const one of group) {
    if (signal.aborted) break
    if (of > 1) io.stdout.write(`${codes.length > 0 ? '\n' : ''}${rule(one)}\n`)
    codes.push(await replayOne(one, { ...started, running }, { repeat, full }, io, signal))
  }
  return codes
}

type Group = readonly [ToReplay, ...ToReplay[]]

/** In the order of the first of each. */
function alike(all: readonly ToReplay[]): readonly Group[] {
  const groups = new Map<string, [ToReplay, ...ToReplay[]]>()
  for (const one of all) {
    const key = JSON.stringify([one.adapter, one.site, one.servers])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return [...groups.values()]
}

interface Running {
  readonly site: SiteName
  readonly kind: SiteKind
  readonly running: Lanes
}

async function replayOne(
  { name, plan, clause, idle, before, failedOn }: ToReplay,
  { site, kind, running }: Running,
  { repeat, full }: { readonly repeat: number | undefined; readonly full: boolean },
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const [lane] = running.lanes
  if (lane === undefined) throw new Error('the site started no lane')
  const { adapter, outages, lacks } = running
  const missing = lacking(plan, { claims: adapter.claims, outages, lacks })
  if (missing !== null) throw new UsageError(`${name} cannot run with ${adapter.name} on the ${site} site: ${missing}`)
  if (clause === DETERMINISM && kind === 'real')
    throw new UsageError(`${name}: runs are not deterministic on the ${site} site; leave --site out`)
  const times = repeat ?? replays(kind, before?.failure.confirmed ?? null)
  io.stderr.write(`replaying ${name} on ${adapter.name}, ${site} site, ${plural(times, 'time')}\n`)
  const fitting = fitPlan(plan, adapter.claims, lacks)
  const execute = clause === DETERMINISM ? twice(lane.execute) : lane.execute
  const outcomes: RunOutcome[] = []
  const run = async (): Promise<void> => void outcomes.push(await execute(fitting, { keepHistory: true, signal }))
  while (outcomes.length < times && !signal.aborted) await run()
  // What one run leaves behind in the process may only break the next.
  if (repeat === undefined && kind === 'simulated' && outcomes.every(hasHeld) && !signal.aborted) await run()
  const judged = [...judgedClauses(CLAUSES, adapter.claims).map(({ id }) => id), DETERMINISM]
  const made = { simulated: kind === 'simulated', interrupted: signal.aborted }
  return conclude(outcomes, { clause, judged, plan, fitting, idle, before, failedOn, full, ...made }, io.stdout)
}

const hasHeld = ({ error, findings }: RunOutcome): boolean =>
  error === null && Object.values(findings).every(({ violations }) => violations.length === 0)

const rule = ({ clause, name }: ToReplay): string => {
  const title = `── ${clause ?? 'any clause'}, ${name} `
  return title.padEnd(WIDTH, '─')
}

function worst(codes: readonly number[]): number {
  return [EXIT.violation, EXIT.failed].find((code) => codes.includes(code)) ?? EXIT.certified
}

function summary(codes: readonly number[]): string {
  const count = (code: number): number => codes.filter((one) => one === code).length
  return `${plural(codes.length, 'failure')}: ${count(EXIT.certified)} FIXED, ${count(EXIT.violation)} FAILED, ${count(EXIT.failed)} ERROR`
}
