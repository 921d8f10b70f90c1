import { z } from 'zod'
import { type ClaimDescriptor, method } from './descriptor.ts'

export const stats = {
  shape: () => z.literal(true),
  conditions: { stats: { owes: { stats: method } } },
  docs: '[`stats()`](adapter.md#statistics) reports what really happened',
} satisfies ClaimDescriptor<'stats'>
