import { z } from 'zod'
import { type ClaimDescriptor, method } from './descriptor.ts'

export const stats = {
  shape: () => z.literal(true),
  conditions: { stats: { owes: { stats: method } } },
  docs: 'what [`stats()`](adapter.md#statistics) says is what happened',
} satisfies ClaimDescriptor<'stats'>
