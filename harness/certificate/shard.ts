/** What the certificate of a shard holds beside its verdicts, so that those of all shards give the verdicts of the whole. */
import type { Claims } from '../claims.ts'
import type { Lacks } from '../lacks.ts'
import type { Shard } from './soak.ts'
import type { TallyParts } from './tally.ts'

export interface ShardPart extends Shard {
  /** SHA-256 of what the chaos file says: shards of one run have the same. */
  readonly file: string
  readonly claims: Claims
  readonly lacks: Lacks
  readonly tally: TallyParts
  /** All latencies, as HdrHistogram encodes them. */
  readonly latencies: { readonly publish: string; readonly handle: string }
}
