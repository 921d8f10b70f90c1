import { z } from 'zod'
import { type ClaimDescriptor, method } from './descriptor.ts'

export const replay = {
  shape: () => z.literal(true),
  contradiction(_claim, { deadLetter, deduplication, stats }) {
    if (deadLetter === undefined) return 'replay is claimed without deadLetter, so there is nothing to replay.'
    if (stats !== undefined)
      return 'replay is claimed beside stats: statistics are held against the publishes of callers, and those of a replay are none.'
    if (deduplication === undefined) return null
    return 'replay is claimed beside deduplication: a replayed message bears the id of the one that it copies, and either may be passed over.'
  },
  conditions: { replay: { owes: { replay: method } } },
  docs: '`replay` of the bus publishes dead letters again: the unchanged message with the header `replayed`; cannot be combined with `deduplication` or `stats`',
} satisfies ClaimDescriptor<'replay'>
