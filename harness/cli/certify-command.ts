import type { Command } from 'commander'
import { type CertificateLevel, LEVELS } from '../../spec/clause.ts'
import { compare } from '../certificate/compare.ts'
import type { Waiver } from '../certificate/waiver.ts'
import { certify } from '../certify.ts'
import type { CertifyOptions } from '../certify-options.ts'
import { EFFORTS, type Effort } from '../effort.ts'
import { resolveAdapter } from '../load/find-adapter.ts'
import { renderConsole } from '../report/console.ts'
import { paintFor } from '../report/paint.ts'
import { SITES, type SiteName } from '../site-name.ts'
import { exitCodeOf } from './exit-code.ts'
import { interruptible } from './interrupt.ts'
import type { Io } from './io.ts'
import { choice, durationOf, parseClauses, parseLanes, parseRuns, parseSeed, parseServers } from './options.ts'
import { createProgressLine } from './progress.ts'
import { readEarlier } from './read-earlier.ts'
import { prepareReports, writeReports } from './report-files.ts'
import { tellWorkflow } from './workflow.ts'

interface CertifyFlags {
  readonly site?: SiteName
  readonly servers?: number
  readonly level?: CertificateLevel
  readonly profile?: string
  readonly environment?: string
  readonly seed?: number
  readonly effort?: Effort
  readonly runs?: number
  readonly time?: number
  readonly shrink?: number
  readonly only?: readonly string[]
  readonly lanes?: number
  readonly waivers?: string
  readonly json?: string
  readonly junit?: string
  readonly html?: string
  readonly badge?: string
  readonly compare?: string
  readonly toxiproxy?: 'auto' | 'off' | 'required'
  readonly bail: boolean
  readonly full?: boolean
  readonly failures?: string
  readonly regressions?: string
}

export function addCertifyCommand(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('certify')
    .description('run generated plans with faults against an adapter, and judge them')
    .argument('<adapter>', 'a built-in name, a path or a package whose default export is an adapter')
    .addOption(choice('--site <site>', 'where to run (default: simulated if the system supports it)', SITES))
    .option(
      '--servers <number>',
      'number of servers of the system (default: the fewest that it runs with)',
      parseServers,
    )
    .addOption(choice('--level <level>', 'which areas to judge (default: resilient)', LEVELS))
    .option('--profile <name>', 'the adapter must claim what this profile says, such as onex')
    .option('--environment <name>', 'open each bus in this environment (default: each that is claimed)')
    .option('--seed <number>', 'seed of the generated plans (default: random, shown on the certificate)', parseSeed)
    .addOption(choice('--effort <effort>', 'how much to try; quick certifies nothing (default: default)', EFFORTS))
    .option('--runs <number>', 'minimum number of generated runs (default: by the effort)', parseRuns)
    .option(
      '--time <duration>',
      'limit for the total time, such as 90s or 5m (default: by the effort)',
      durationOf('--time'),
    )
    .option(
      '--shrink <duration>',
      'limit for the time to shrink failures, within --time (default: by the effort)',
      durationOf('--shrink'),
    )
    .option('--only <clause...>', 'judge only these clauses or areas, such as ordering/1 or breaker', parseClauses)
    .option('--lanes <number>', 'number of parallel runs', parseLanes)
    .option('--waivers <file>', 'accept the violations that this file lists, each for a while (YAML)')
    .option('--json <file>', 'write the certificate as JSON')
    .option('--junit <file>', 'write the certificate as JUnit XML')
    .option('--html <file>', 'write the certificate as one page that needs neither network nor scripts')
    .option('--badge <file>', 'write a badge with the outcome (SVG)')
    .option('--compare <file>', 'report what has changed since this earlier certificate (JSON)')
    .addOption(
      choice('--toxiproxy <mode>', 'on the real site, put Toxiproxy behind the tap', ['auto', 'off', 'required']),
    )
    .option('--no-bail', 'continue after a clause has failed')
    .option('--full', 'print complete stories, including those of consequences of another violation')
    .option('--failures <folder>', 'where failures are stored (default: .busproof/failures)')
    .option('--regressions <folder>', 'folder of pinned plans to run first (default: scenarios/regressions)')
    .action(async (adapter: string, flags: CertifyFlags) => end(await runCertify(adapter, flags, io)))
}

async function runCertify(adapter: string, flags: CertifyFlags, io: Io): Promise<number> {
  const module = await resolveAdapter(adapter, io.cwd)
  const waivers = flags.waivers === undefined ? [] : await waiversIn(flags.waivers, io.cwd)
  const earlier = flags.compare === undefined ? null : readEarlier(flags.compare, io.cwd)
  const files = prepareReports(flags, io.cwd)
  return interruptible(io, async (signal) => {
    const progress = createProgressLine(io.stderr, { every: 2_000 })
    try {
      const certificate = await certify(module, { ...optionsOf(flags), waivers, signal, onProgress: progress.update })
      progress.done()
      const compared =
        earlier === null ? null : { with: earlier.file, changes: compare(earlier.certificate, certificate) }
      writeReports(files, certificate, compared)
      tellWorkflow(certificate, io)
      io.stdout.write(renderConsole(certificate, paintFor(io.stdout, io.env), compared))
      return exitCodeOf(certificate, flags.only !== undefined)
    } finally {
      progress.done()
    }
  })
}

/** The reader of YAML is loaded only where there is something to read. */
async function waiversIn(file: string, cwd: string): Promise<readonly Waiver[]> {
  const { readWaivers } = await import('./read-waivers.ts')
  return readWaivers(file, cwd)
}

function optionsOf(flags: CertifyFlags): CertifyOptions {
  const {
    json: _json,
    junit: _junit,
    html: _html,
    badge: _badge,
    compare: _compare,
    waivers: _waivers,
    ...options
  } = flags
  return options
}
