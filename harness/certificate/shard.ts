/**
 * What the certificate of a chaos run holds beside its verdicts, so that those of all shards give the verdicts of the whole, and a run
 * that has not ended can go on. One that is not shared is the only shard.
 */
import type { Claims } from '../claims.ts'
import type { Lacks } from '../lacks.ts'
import type { Shard } from './soak.ts'
import type { TallyParts } from './tally.ts'

/** What a chaos run has behind it, in epochs that were judged; the baseline does not count. */
export interface Done {
  /** The number of the next epoch. */
  readonly next: number
  /** ms of traffic. */
  readonly planned: number
  readonly messages: number
}

export interface ShardPart extends Shard {
  /** SHA-256 of what the chaos file says of load, faults and thresholds: shards of one run have the same. */
  readonly file: string
  /** What tells one run of the file from another; null where nobody said. */
  readonly run: string | null
  /** Of the file; the shard's own follows from it. */
  readonly seed: number
  /** Faults were asked for. */
  readonly asked: boolean
  readonly claims: Claims
  readonly lacks: Lacks
  readonly tally: TallyParts
  readonly done: Done
  /** All latencies, as HdrHistogram encodes them. */
  readonly latencies: { readonly publish: string; readonly handle: string }
}
