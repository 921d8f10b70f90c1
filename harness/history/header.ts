/**
 * What a history consists of. One JSON object a line, in the order in which it was recorded; `at` is in milliseconds of
 * one monotonic clock since the run began. The first line is the {@link RunHeader}, the last one `{ type: 'end' }`: a
 * history without it was cut.
 *
 * Every published message has one operation id (`op`), carried to the consumer in the header `busproof-op`, so an `op`
 * names the message too. Probes that the harness publishes, or writes, after the heal have ops that begin with `probe-`.
 */
import { z } from 'zod'
import type { ResolvedClaims } from '../claims.ts'
import { claimsOfRun } from '../claims-shape.ts'
import { CAPABILITIES, type Lacks } from '../lacks.ts'
import type { Plan } from '../plan/plan.ts'

export const HISTORY_FORMAT = 'busproof.history/2'

export interface RunHeader {
  readonly type: 'run'
  readonly format: typeof HISTORY_FORMAT
  readonly run: string
  readonly adapter: string
  readonly system: string
  readonly site: 'simulated' | 'real'
  readonly prefix: string
  readonly plan: Plan
  /** With every figure set: what this run is judged by. */
  readonly claims: ResolvedClaims
  /**
   * How much later than claimed something may happen before it is a violation, ms: 1 in virtual time; on real clocks
   * generous, because lateness there is a metric. Nothing may ever be more than 1 ms early.
   */
  readonly slack: number
  /** Whether a witness reads the system, and whether its events have the time at which they happened. */
  readonly witness: 'none' | 'live' | 'after'
  /** The wall clock when the run began, ms since 1970. Missing in older histories. */
  readonly startedAt?: number
  /** What its system lacks; absent where that is nothing. */
  readonly lacks?: Lacks
  /** Of the topic that has most. Missing in older histories. */
  readonly partitions?: number
}

/** The plan is not checked: a history is not judged by it. */
const HEADER: Readonly<Record<Exclude<keyof RunHeader, 'type' | 'format'>, z.ZodType>> = {
  run: z.string(),
  adapter: z.string(),
  system: z.string(),
  site: z.enum(['simulated', 'real']),
  prefix: z.string(),
  plan: z.looseObject({}),
  claims: claimsOfRun,
  slack: z.number(),
  witness: z.enum(['none', 'live', 'after']),
  startedAt: z.number().optional(),
  lacks: z.partialRecord(z.enum(CAPABILITIES), z.string()).optional(),
  partitions: z.number().optional(),
}
export const headerShape: z.ZodType = z.object(HEADER)
