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
  docs: 'dead letters can be published again by `replay` of the bus: the message as it was, with the header `replayed`; not beside `deduplication` or `stats`',
} satisfies ClaimDescriptor<'replay'>
