import type { Command } from 'commander'
import type { CertificateLevel } from '../../spec/clause.ts'
import { certify } from '../certify.ts'
import { type CertifyOptions, SHRINK_WITHIN } from '../certify-options.ts'
import { renderConsole } from '../report/console.ts'
import { paintFor } from '../report/paint.ts'
import { SITES, type SiteName } from '../site/site-name.ts'
import { resolveAdapter } from './adapter-argument.ts'
import { exitCodeOf } from './exit-code.ts'
import { interruptible } from './interrupt.ts'
import type { Io } from './io.ts'
import { choice, parseClauses, parseLanes, parseNodes, parseRuns, parseSeconds, parseSeed } from './options.ts'
import { createProgressLine } from './progress.ts'
import { prepareReports, writeReports } from './report-files.ts'

interface CertifyFlags {
  readonly site?: SiteName
  readonly nodes?: number
  readonly level?: CertificateLevel
  readonly seed?: number
  readonly runs?: number
  readonly time?: number
  readonly shrink?: number
  readonly only?: readonly string[]
  readonly lanes?: number
  readonly json?: string
  readonly junit?: string
  readonly toxiproxy?: 'auto' | 'off' | 'required'
  readonly bail: boolean
  readonly full?: boolean
  readonly failures?: string
  readonly regressions?: string
}

export function addCertifyCommand(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('certify')
    .description('drive an adapter through generated runs with faults, and judge them')
    .argument('<adapter>', 'a built-in name, or the path of a module that default-exports an adapter')
    .addOption(choice('--site <site>', 'where to run (default: simulated where the system can be)', SITES))
    .option('--nodes <number>', 'nodes of the system (default: as few as it runs with)', parseNodes)
    .addOption(choice('--level <level>', 'which areas to judge (default: resilient)', ['core', 'resilient']))
    .option(
      '--seed <number>',
      'where generated plans start from (default: a random one, named on the certificate)',
      parseSeed,
    )
    .option('--runs <number>', 'generated runs at least', parseRuns)
    .option('--time <seconds>', 'longest time to look for violations', parseSeconds)
    .option(
      '--shrink <seconds>',
      `longest time to shrink failures (default: ${SHRINK_WITHIN.simulated / 1_000} simulated, else ${SHRINK_WITHIN.real / 1_000})`,
      parseSeconds,
    )
    .option('--only <clause...>', 'judge these clauses or areas only, such as ordering/1 or breaker', parseClauses)
    .option('--lanes <number>', 'runs side by side', parseLanes)
    .option('--json <file>', 'write the certificate as JSON')
    .option('--junit <file>', 'write the certificate as JUnit XML')
    .addOption(
      choice('--toxiproxy <mode>', 'on the real site, put Toxiproxy behind the tap', ['auto', 'off', 'required']),
    )
    .option('--no-bail', 'go on after a clause has failed')
    .option('--full', 'tell whole stories, also of what follows from another violation, with nothing left out')
    .option('--failures <folder>', 'where failures are stored (default: .busproof/failures)')
    .option('--regressions <folder>', 'pinned plans to run first (default: scenarios/regressions)')
    .action(async (adapter: string, flags: CertifyFlags) => end(await runCertify(adapter, flags, io)))
}

async function runCertify(adapter: string, flags: CertifyFlags, io: Io): Promise<number> {
  const module = await resolveAdapter(adapter, io.cwd)
  const files = prepareReports({ json: flags.json, junit: flags.junit }, io.cwd)
  return interruptible(io, async (signal) => {
    const progress = createProgressLine(io.stderr)
    try {
      const certificate = await certify(module, { ...optionsOf(flags), signal, onProgress: progress.update })
      progress.done()
      writeReports(files, certificate)
      io.stdout.write(renderConsole(certificate, paintFor(io.stdout, io.env)))
      return exitCodeOf(certificate, flags.only !== undefined)
    } finally {
      progress.done()
    }
  })
}

function optionsOf(flags: CertifyFlags): CertifyOptions {
  const { json: _json, junit: _junit, ...options } = flags
  return options
}
