import { z } from 'zod'
import { type ClaimDescriptor, method } from './descriptor.ts'

export interface StatsPart {
  /** `Bus.stats` says what has happened. */
  readonly stats?: true
}

/** What a bus tells of itself. It counts from when it was opened. */
export interface BusStats {
  /**
   * Of its pool: `total` connections (or clients, or producers) are those that are `active`, lent to a publish, and those
   * that are `idle`; `waiting` publishes wait for one.
   */
  readonly connections: {
    readonly total: number
    readonly active: number
    readonly idle: number
    readonly waiting: number
  }
  /** Calls of `publish` that were acknowledged. */
  readonly sent: number
  /** Calls of `publish` that were rejected, for whatever reason. */
  readonly failed: number
  /** Of the values of messages that were acknowledged. */
  readonly bytes: number
  /** How many producers it has made for a topic and not closed, of each topic, where it makes one for each. */
  readonly producers?: readonly { readonly topic: string; readonly total: number }[]
}

export interface StatsBus {
  /** Owed by who claims `pool` or `stats`. */
  stats?(): Promise<BusStats>
}

export const stats = {
  shape: () => z.literal(true),
  conditions: { stats: { owes: { stats: method } } },
  docs: 'what [`stats()`](adapter.md#statistics) says is what happened',
} satisfies ClaimDescriptor<'stats'>
