/**
 * What a history consists of. One JSON object a line, in the order in which it was recorded; `at` is in milliseconds of
 * one monotonic clock since the run began. The first line is the {@link RunHeader}, the last one `{ type: 'end' }`: a
 * history without it was cut.
 *
 * Every published message has one operation id (`op`), carried to the consumer in the header `busproof-op`, so an `op`
 * names the message too. Probes that the harness publishes, or writes, after the heal have ops that begin with `probe-`.
 */
import type { ResolvedClaims } from '../claims.ts'
import type { Plan } from '../plan/plan.ts'
import type { AdapterEvent } from './adapter-event.ts'
import type { CallerEvent } from './caller-event.ts'
import type { HostEvent } from './host-event.ts'
import type { At } from './seen.ts'
import type { SystemEvent } from './system-event.ts'

export { type Forced, TRIAL_KINDS, type TrialKind } from './caller-event.ts'
export type { Content, Digest, SeenError, SeenRow } from './seen.ts'
export { hasLanded, isDiskLoss, type Landed } from './system-event.ts'

export const HISTORY_FORMAT = 'busproof.history/1'
export const OP_HEADER = 'busproof-op'

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
  /** Whether a witness reads the system beside the adapter, and whether its events stand at the time they happened. */
  readonly witness: 'none' | 'live' | 'after'
  /** The wall clock when the run began, ms since 1970. Missing in older histories. */
  readonly startedAt?: number
}

/** The phases of a run, in order. Traffic carries the plan; heal ends every fault; drain adds fresh consumers; then all nodes close. */
export type Phase = 'traffic' | 'heal' | 'drain' | 'close'

export type Event =
  | (At & { readonly type: 'phase'; readonly phase: Phase })
  | CallerEvent
  | AdapterEvent
  | HostEvent
  | SystemEvent
  | (At & { readonly type: 'end' })

export type EventOf<T extends Event['type']> = Extract<Event, { type: T }>
