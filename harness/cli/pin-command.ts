import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { judge } from '../check/judge.ts'
import { UsageError } from '../errors.ts'
import { rank } from '../history/ranks.ts'
import {
  fileNameOf,
  findPin,
  isPinOfSorts,
  isSamePin,
  REGRESSION_FORMAT,
  REGRESSIONS_FOLDER,
  type Regression,
  tryRegression,
  writeRegression,
} from '../plan/regressions.ts'
import { missedIn } from '../run/missed.ts'
import { FAILURES_FOLDER } from '../search/store.ts'
import { type ReadFailure, readFailure } from '../search/stored.ts'
import { withoutPrefix } from '../text.ts'
import { EXIT } from './exit-code.ts'
import { failureAt } from './failure-argument.ts'
import type { Io } from './io.ts'

interface PinFlags {
  readonly name?: string
  readonly why?: string
  readonly failures: string
  readonly regressions: string
}

export function addPinCommand(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('pin')
    .description('save the plan of a failure; certify then runs it first, for every adapter that it fits')
    .argument('<failure>', 'the id or the folder of a stored failure')
    .option('--name <name>', 'name of the pinned plan and its file (default: the id)')
    .option('--why <text>', 'reason to remember (default: the violation)')
    .option('--failures <folder>', 'where failures are stored', FAILURES_FOLDER)
    .option('--regressions <folder>', 'folder for the pinned plan', REGRESSIONS_FOLDER)
    .action(async (failure: string, flags: PinFlags) => end(await runPin(failure, flags, io)))
}

async function runPin(argument: string, flags: PinFlags, io: Io): Promise<number> {
  const { id, failures } = failureAt(argument, flags.failures)
  const read = await readFailure(id, resolve(io.cwd, failures))
  const regression = regressionOf(id, read, flags)
  const folder = resolve(io.cwd, flags.regressions)
  const there = await findPin(folder, regression)
  const shown = (file: string): string => file.replace(folder, flags.regressions)
  if (there !== null) {
    io.stdout.write(`${id} is already pinned: ${shown(there)}\n`)
    return EXIT.certified
  }
  const file = join(folder, fileOf(regression.name))
  await refuseOthers(file, shown(file), regression)
  await mkdir(folder, { recursive: true })
  await writeRegression(file, regression)
  io.stdout.write(`pinned: ${shown(file)} (certify now runs it first; commit this file)\n`)
  return EXIT.certified
}

function fileOf(name: string): string {
  const slug = fileNameOf(name)
  if (slug === '')
    throw new UsageError(`--name ${name}: the file gets this name, so give letters from a to z or digits`)
  return `${slug}.json`
}

/** A damaged pin of this name is written again; a pin of another plan stays, and so does any other file. */
async function refuseOthers(file: string, shown: string, regression: Regression): Promise<void> {
  if (!existsSync(file)) return
  const other = await tryRegression(file)
  if (other === null) {
    if (isPinOfSorts(await readFile(file, 'utf8').catch(() => '{}'))) return
    throw new UsageError(`${shown} already exists and is not a pinned plan: give another --name, or remove that file`)
  }
  if (isSamePin(other, regression)) return
  throw new UsageError(`${shown} pins another plan: give another --name, or remove that file`)
}

function regressionOf(id: string, read: ReadFailure, { name, why }: PinFlags): Regression {
  const { failure, plan, history } = read
  const { clause, adapter, site, servers } = failure
  return {
    format: REGRESSION_FORMAT,
    name: name ?? id,
    // A pin without a text would be refused when it is read.
    text: why?.trim() || whyOf(read),
    pinned: new Date().toISOString().slice(0, 10),
    clause,
    adapter,
    site,
    servers,
    missed: history === null ? [] : missedIn(plan, history.events).map(({ number }) => number),
    plan,
  }
}

/** The violation, in one sentence, if the history still shows it. */
function whyOf({ failure, history }: ReadFailure): string {
  const { clause, confirmed, seed } = failure
  const rate =
    confirmed.of === 0 ? '' : `, and failed ${confirmed.failed} of ${confirmed.of} times when it was repeated`
  const found = `Found with seed ${seed}${rate}.`
  const violation =
    history === null
      ? undefined
      : judge(history.header, rank(history.events), { complete: true })[clause]?.violations[0]
  if (violation === undefined || history === null) return `${clause} was violated. ${found}`
  const { prefix } = history.header
  return `${withoutPrefix(violation.message, prefix)}. ${found}`
}
