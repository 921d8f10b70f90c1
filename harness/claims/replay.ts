import { z } from 'zod'
import { type ClaimDescriptor, method } from './descriptor.ts'

export interface ReplayPart {
  /** `replay` of the bus publishes dead letters again. */
  readonly replay?: true
}

export interface ReplayBus {
  /**
   * Publishes each dead letter of this topic's messages once to the topic of its message,
   * unchanged, with the additional header `REPLAYED`. Resolves with their number, once the system has taken all of them.
   * In observations, the `op` of each such publish starts with `op`.
   */
  replay?(topic: string, options: { readonly op: string }): Promise<number>
}

export const replay = {
  shape: () => z.literal(true),
  contradiction(_claim, { deadLetter, deduplication, stats }) {
    if (deadLetter === undefined) return 'replay is claimed without deadLetter, so there is nothing to replay.'
    if (stats !== undefined)
      return 'replay is claimed with stats: statistics are compared with the publishes of callers, which do not include those of a replay.'
    if (deduplication === undefined) return null
    return 'replay is claimed with deduplication: a replayed message has the id of its original, and either may be skipped.'
  },
  needs: () => ['storedLog'],
  conditions: { replay: { owes: { replay: method } } },
  docs: '`replay` of the bus publishes dead letters again: the unchanged message with the header `replayed`; cannot be combined with `deduplication` or `stats`',
} satisfies ClaimDescriptor<'replay'>
