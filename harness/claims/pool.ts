import { z } from 'zod'
import { type ClaimDescriptor, method } from './descriptor.ts'

export interface PoolPart<F> {
  /** Publishes take what they send with from a pool of at most so many, and give it back; `Bus.stats` tells of it. */
  readonly pool?: { readonly most: F }
}

export const pool = {
  shape: (figure) => z.strictObject({ most: figure }),
  settings: { 'pool.most': [3, 2, 1] },
  conditions: { pool: { owes: { stats: method } } },
  docs: {
    'pool.most':
      'publishes take what they send with from a pool of at most so many and give it back, however they end; needs [`stats()`](adapter.md#statistics)',
  },
} satisfies ClaimDescriptor<'pool'>
