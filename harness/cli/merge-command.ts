import type { Command } from 'commander'
import { z } from 'zod'
import type { Read } from '../chaos/merge.ts'
import { UsageError } from '../errors.ts'
import { parseJson } from '../plan/parse.ts'
import { renderConsole } from '../report/console.ts'
import { paintFor } from '../report/paint.ts'
import { sentenceOf } from '../sentence.ts'
import { chaosExitCodeOf } from './exit-code.ts'
import type { Io } from './io.ts'
import { readOption } from './read-option.ts'
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

async function runMerge(files: readonly string[], flags: ReportPaths, io: Io): Promise<number> {
  const given = files.map((file) => readShard(file, io.cwd))
  const reports = prepareReports(flags, io.cwd)
  const { merge } = await import('../chaos/merge.ts')
  const certificate = merge(given)
  writeReports(reports, certificate)
  io.stdout.write(renderConsole(certificate, paintFor(io.stdout, io.env)))
  return chaosExitCodeOf(certificate)
}

/** As much of a certificate as tells that it is one of a shard; the rest is as busproof has written it. */
const shape = z.looseObject({
  format: z.string().startsWith('busproof.certificate/'),
  adapter: z.string(),
  environment: z.looseObject({ busproof: z.string() }),
  madeAgain: z.array(z.string()),
  failures: z.array(z.looseObject({ clause: z.string() })),
  soak: z.looseObject({ ended: z.string(), thresholds: z.array(z.looseObject({ text: z.string() })) }),
  shard: z.looseObject(
    {
      index: z.int().min(1),
      of: z.int().min(1),
      file: z.string(),
      claims: z.looseObject({}),
      lacks: z.looseObject({}),
      tally: z.looseObject({ runs: z.int(), clauses: z.record(z.string(), z.looseObject({})) }),
      latencies: z.object({ publish: z.string(), handle: z.string() }),
    },
    { error: () => 'must be there: `busproof chaos --shard` writes it' },
  ),
})

function readShard(file: string, cwd: string): Read {
  const text = readOption('merge', file, { cwd, mend: 'give the certificate of a shard in JSON' })
  const parsed = shape.safeParse(parseJson(text, file))
  if (!parsed.success) throw new UsageError(sentenceOf(parsed.error, file))
  return { file, certificate: parsed.data as unknown as Read['certificate'] }
}
