import type { Command } from 'commander'
import { renderConsole } from '../report/console.ts'
import { paintFor } from '../report/paint.ts'
import { chaosExitCodeOf } from './exit-code.ts'
import type { Io } from './io.ts'
import { prepareReports, type ReportPaths, writeReports } from './report-files.ts'

export function addMergeCommand(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('merge')
    .description('join the certificates of the shards of one chaos run, and judge them as one')
    .argument('<certificates...>', 'what `busproof chaos --shard` has written with --json')
    .option('--json <file>', 'write the certificate as JSON')
    .option('--html <file>', 'write the certificate as one page that needs neither network nor scripts')
    .option('--badge <file>', 'write a badge with the outcome (SVG)')
    .action(async (files: readonly string[], flags: ReportPaths) => end(await runMerge(files, flags, io)))
}

/** What only this command needs is loaded only for it. */
async function runMerge(files: readonly string[], flags: ReportPaths, io: Io): Promise<number> {
  const { readPart } = await import('./read-part.ts')
  const given = files.map((file) => readPart('merge', file, io.cwd))
  const reports = prepareReports(flags, io.cwd)
  const { merge } = await import('../chaos/merge.ts')
  const certificate = merge(given)
  writeReports(reports, certificate)
  io.stdout.write(renderConsole(certificate, paintFor(io.stdout, io.env)))
  return chaosExitCodeOf(certificate)
}
