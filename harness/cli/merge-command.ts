import type { Command } from 'commander'
import { z } from 'zod'
import { CERTIFICATE_FORMAT } from '../certificate/certificate.ts'
import { parseThreshold } from '../chaos/file/threshold.ts'
import { decodeLatencies } from '../chaos/measured/latencies.ts'
import type { Read, ShardCertificate } from '../chaos/merge.ts'
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

const count = z.number()
const figures = z.looseObject({ count, p50: count, p99: count, p999: count, max: count })

/** What merging reads of a certificate; the rest is taken as it is. `shard` comes first: without it there is nothing to merge. */
const shape = z
  .looseObject({
    format: z.literal(CERTIFICATE_FORMAT, { error: () => `must be ${CERTIFICATE_FORMAT}: give a certificate` }),
    shard: z.looseObject(
      {
        index: z.int().min(1),
        of: z.int().min(1),
        file: z.string(),
        run: z.string().nullable(),
        seed: count,
        asked: z.boolean(),
        claims: z.looseObject({}),
        lacks: z.looseObject({}),
        tally: z.looseObject({
          runs: count,
          events: count,
          requests: count,
          dropped: z.object({ runs: count, bytes: count }),
          faults: z.object({ landed: z.record(z.string(), count), missed: count }),
          error: z.string().nullable(),
          clauses: z.record(z.string(), z.looseObject({ occasions: count, violations: z.array(z.unknown()) })),
        }),
        latencies: z.object({ publish: latencies(), handle: latencies() }),
      },
      { error: () => 'must be there: give what `busproof chaos FILE --shard I/N --json` has written' },
    ),
  })
  .and(
    z.looseObject({
      adapter: z.string(),
      environment: z.looseObject({ busproof: z.string() }),
      madeAgain: z.array(z.string()),
      verdicts: z.array(z.looseObject({ clause: z.string(), verdict: z.string(), violationCount: count })),
      failures: z.array(z.looseObject({ clause: z.string() })),
      error: z.string().nullable(),
      tookMs: count,
      soak: z.looseObject({
        ended: z.string(),
        why: z.string().nullable(),
        sent: count,
        acknowledged: count,
        failed: count,
        handled: count,
        redelivered: count,
        lag: count,
        lasted: count,
        rate: count,
        latency: z.object({ publish: figures, handle: figures }),
        unavailable: z.object({ longest: count, byFault: z.record(z.string(), count) }),
        thresholds: z.array(
          z.looseObject({ text: z.string().refine(isThreshold, { message: 'is no threshold' }), isKept: z.boolean() }),
        ),
        series: z.object({
          points: z.array(z.looseObject({ at: count, rate: count })),
          bands: z.array(z.looseObject({ from: count })),
        }),
        memory: z.looseObject({ perHour: count }).nullable(),
      }),
    }),
  )

/** A text that is read only where it is a histogram. */
function latencies() {
  return z.string().refine((text) => succeeds(() => decodeLatencies(text)), { message: 'is no encoded histogram' })
}

function isThreshold(text: string): boolean {
  return succeeds(() => parseThreshold(text))
}

function succeeds(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch {
    return false
  }
}

function readShard(file: string, cwd: string): Read {
  const text = readOption('merge', file, { cwd, mend: 'give the certificate of a shard in JSON' })
  const parsed = shape.safeParse(parseJson(text, file))
  if (!parsed.success) throw new UsageError(sentenceOf(parsed.error, file))
  return { file, certificate: parsed.data as unknown as ShardCertificate }
}
