import { z } from 'zod'
import { type ClaimDescriptor, method } from './descriptor.ts'

export interface PoolPart<F> {
  /** Publishes borrow from a pool of at most this size and return what they borrowed; `Bus.stats` reports it. */
  readonly pool?: { readonly most: F }
}

export const pool = {
  shape: (figure) => z.strictObject({ most: figure }),
  settings: { 'pool.most': [3, 2, 1] },
  conditions: { pool: { owes: { stats: method } } },
  docs: {
    'pool.most':
      'publishes borrow from a pool of at most this size and return what they borrowed, however they end; needs [`stats()`](adapter.md#statistics)',
  },
} satisfies ClaimDescriptor<'pool'>
