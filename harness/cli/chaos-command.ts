import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Shard } from '../certificate/soak.ts'
import { messageOf, UsageError } from '../errors.ts'
import { renderConsole } from '../report/console.ts'
import { paintFor } from '../report/paint.ts'
import { openEvents } from './chaos-events.ts'
import { keepSoFar } from './chaos-so-far.ts'
import { createWatch } from './chaos-watch.ts'
import { chaosExitCodeOf, EXIT } from './exit-code.ts'
import { interruptible } from './interrupt.ts'
import type { Io } from './io.ts'
import { parseShard } from './options.ts'
import { readOption } from './read-option.ts'
import { prepareReports, writeReports } from './report-files.ts'

interface ChaosFlags {
  readonly init?: true
  readonly dryRun?: true
  readonly iKnowThisIs?: string
  readonly shard?: Shard
  readonly runId?: string
  readonly json?: string
  readonly resume?: string
  readonly events?: string
  readonly html?: string
  readonly badge?: string
  readonly failures?: string
}

export function addChaosCommand(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('chaos')
    .description('run load and faults against a running system for as long as a file says, and judge what the bus does')
    .argument('<file>', 'what to do, in YAML')
    .option('--init', 'write such a file, with comments, and do nothing else')
    .option('--dry-run', 'show what would be done, without connecting to anything')
    .option('--i-know-this-is <name>', 'use a target that looks like production, by the name that the refusal gave')
    .option(
      '--shard <i/n>',
      'do only this part of the load, such as 2/4; busproof merge joins the certificates',
      parseShard,
    )
    .option('--run-id <id>', 'what tells this run of the file from others, the same for all shards')
    .option(
      '--resume <file>',
      'continue a run of the same file that died, was interrupted, or was ended by a guard or an error, from its --json',
    )
    .option('--events <file>', 'append what happens to this file as it happens, one JSON object a line')
    .option('--json <file>', 'write the certificate as JSON, and update it after each epoch')
    .option('--html <file>', 'write the certificate as one page that needs neither network nor scripts')
    .option('--badge <file>', 'write a badge with the outcome (SVG)')
    .option('--failures <folder>', 'where failures are stored (default: .busproof/failures)')
    .action(async (file: string, flags: ChaosFlags) => end(await runChaos(file, flags, io)))
}

/** What only this command needs is loaded only for it. */
async function runChaos(file: string, flags: ChaosFlags, io: Io): Promise<number> {
  if (flags.init === true) return await writeTemplate(file, io)
  const { readChaos } = await import('../chaos/file/read.ts')
  const config = readChaos(readOption('chaos', file, { cwd: io.cwd, mend: 'give the path of a chaos file' }), file)
  const resolving = {
    cwd: io.cwd,
    ...(flags.iKnowThisIs === undefined ? {} : { iKnowThisIs: flags.iKnowThisIs }),
  }
  const shard = flags.shard === undefined ? {} : { shard: flags.shard }
  if (flags.dryRun === true) {
    if (flags.resume !== undefined) throw new UsageError('--dry-run shows the whole run: leave --resume out')
    const { showDryRun } = await import('../chaos/dry-run.ts')
    io.stdout.write(`${(await showDryRun(config, { ...resolving, ...shard })).join('\n')}\n`)
    return EXIT.certified
  }
  if (flags.shard !== undefined && flags.json === undefined)
    throw new UsageError('--shard needs --json FILE, for busproof merge: add it')
  if (flags.resume !== undefined && flags.json === undefined)
    throw new UsageError(`--resume needs --json FILE, which may be ${flags.resume}: add it`)
  const files = prepareReports(flags, io.cwd)
  const earlier =
    flags.resume === undefined ? undefined : (await import('./read-part.ts')).readPart('--resume', flags.resume, io.cwd)
  const soFar =
    flags.json === undefined ? null : keepSoFar(flags.json, { isNew: isOther(flags.resume, flags.json, io.cwd), io })
  const { chaos } = await import('../chaos/chaos.ts')
  return await interruptible(
    io,
    async (signal) => {
      const watch = createWatch(io.stderr)
      using events =
        flags.events === undefined ? null : openEvents(flags.events, io.cwd, (text) => io.stderr.write(text))
      try {
        const certificate = await chaos(config, {
          ...resolving,
          ...(flags.failures === undefined ? {} : { failures: flags.failures }),
          ...shard,
          ...(flags.runId === undefined ? {} : { runId: flags.runId }),
          ...(earlier === undefined ? {} : { earlier }),
          ...(soFar === null ? {} : { onJudged: soFar.keep }),
          listeners: [watch, events, soFar].filter((one) => one !== null),
          onServed: (address) => io.stderr.write(`metrics at ${address}/metrics; POST ${address}/stop ends the run\n`),
          signal,
        })
        watch.done()
        writeReports(files, certificate)
        io.stdout.write(renderConsole(certificate, paintFor(io.stdout, io.env)))
        return chaosExitCodeOf(certificate)
      } finally {
        watch.done()
      }
    },
    { keepsCode: true },
  )
}

const isOther = (resumed: string | undefined, json: string, cwd: string): boolean =>
  resumed === undefined || resolve(cwd, resumed) !== resolve(cwd, json)

async function writeTemplate(file: string, io: Io): Promise<number> {
  const { CHAOS_TEMPLATE } = await import('../chaos/file/template.ts')
  if (existsSync(resolve(io.cwd, file)))
    throw new UsageError(`${file} is there already: give another path, or remove it first`)
  try {
    await writeFile(resolve(io.cwd, file), CHAOS_TEMPLATE)
  } catch (error) {
    throw new UsageError(`${file}: it cannot be written (${messageOf(error)}); give another path`)
  }
  io.stdout.write(`wrote ${file}; next: edit it, then busproof chaos ${file} --dry-run\n`)
  return EXIT.certified
}
