/** Certificates of chaos runs, to be merged or gone on with. */
import { z } from 'zod'
import { CERTIFICATE_FORMAT } from '../certificate/certificate.ts'
import { parseThreshold } from '../chaos/file/threshold.ts'
import { decodeLatencies } from '../chaos/measured/latencies.ts'
import type { Read, ShardCertificate } from '../chaos/soaked.ts'
import { UsageError } from '../errors.ts'
import { parseJson } from '../plan/parse.ts'
import { sentenceOf } from '../sentence.ts'
import { readOption } from './read-option.ts'

const count = z.number()
const slope = z.looseObject({ perHour: count })
const figures = z.looseObject({ count, p50: count, p99: count, p999: count, max: count })

/** What is read of a certificate; the rest is taken as it is. `shard` comes first: without it there is nothing to join. */
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
        done: z.object({ next: z.int().min(1), planned: count, messages: count }),
        latencies: z.object({ publish: latencies(), handle: latencies() }),
      },
      { error: () => 'must be there: give what `busproof chaos FILE --json` has written' },
    ),
  })
  .and(
    z.looseObject({
      adapter: z.string(),
      environment: z.looseObject({ busproof: z.string() }),
      notes: z.array(z.string()),
      madeAgain: z.array(z.string()),
      verdicts: z.array(z.looseObject({ clause: z.string(), verdict: z.string(), violationCount: count })),
      failures: z.array(z.looseObject({ clause: z.string() })),
      error: z.string().nullable(),
      tookMs: count,
      soak: z.looseObject({
        ended: z.string(),
        why: z.string().nullable(),
        epochs: count,
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
        memory: slope.nullable(),
        nodeMemory: slope.nullable(),
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

/** Throws a {@link UsageError} for anything but the certificate of a chaos run in JSON. `option`: what the file was given with. */
export function readPart(option: string, file: string, cwd: string): Read {
  const text = readOption(option, file, { cwd, mend: 'give what `busproof chaos FILE --json` has written' })
  const parsed = shape.safeParse(parseJson(text, file))
  if (!parsed.success) throw new UsageError(sentenceOf(parsed.error, file))
  return { file, certificate: parsed.data as unknown as ShardCertificate }
}
