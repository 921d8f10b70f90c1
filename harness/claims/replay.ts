import { z } from 'zod'
import { type ClaimDescriptor, method } from './descriptor.ts'

export interface ReplayPart {
  /** Dead letters can be published again, by `replay` of the bus. */
  readonly replay?: true
}

export interface ReplayBus {
  /**
   * Publishes every dead letter of this topic's messages, each once, to where its message came from,
   * as it was, with a header `REPLAYED` beside its own. Resolves with how many, once all of them were taken. `op` begins
   * the name of each such publish in observations.
   */
  replay?(topic: string, options: { readonly op: string }): Promise<number>
}

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
