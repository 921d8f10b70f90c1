import { z } from 'zod'
import { type ClaimDescriptor, method } from './descriptor.ts'

export interface StatsPart {
  /** `Bus.stats` reports what really happened. */
  readonly stats?: true
}

/** The statistics of a bus since it was opened. */
export interface BusStats {
  /**
   * The pool's connections (or clients, or producers): `total` is the sum of `active` (lent to a publish) and `idle`;
   * `waiting` is the number of publishes that wait for one.
   */
  readonly connections: {
    readonly total: number
    readonly active: number
    readonly idle: number
    readonly waiting: number
  }
  /** The number of publishes that were acknowledged, each message of a batch counted. */
  readonly sent: number
  /** The number of publishes that were rejected, for any reason, each message of a batch counted. */
  readonly failed: number
  /** The total size of the values of acknowledged messages. */
  readonly bytes: number
  /** If the bus creates a producer for each topic: how many it has created and not closed, by topic. */
  readonly producers?: readonly { readonly topic: string; readonly total: number }[]
}

export interface StatsBus {
  /** Required by the claims `pool` and `stats`. */
  stats?(): Promise<BusStats>
}

export const stats = {
  shape: () => z.literal(true),
  conditions: { stats: { owes: { stats: method } } },
  docs: '[`stats()`](adapter.md#statistics) reports what really happened',
} satisfies ClaimDescriptor<'stats'>
