import { z } from 'zod'
import type { BusStats } from '../vocabulary.ts'
import { type ClaimDescriptor, method } from './descriptor.ts'

export interface StatsPart {
  /** `Bus.stats` reports what really happened. */
  readonly stats?: true
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
