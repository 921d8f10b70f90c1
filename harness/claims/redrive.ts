import { z } from 'zod'
import { type ClaimDescriptor, method } from './descriptor.ts'

export interface RedrivePart {
  /** `redrive` of the bus publishes dead letters again. */
  readonly redrive?: true
}

export interface RedriveBus {
  /**
   * Publishes each dead letter of this topic's messages once to the topic of its message,
   * unchanged, with the additional header `REDRIVEN`. Resolves with their number, once the system has taken all of them.
   * In observations, the `op` of each such publish starts with `op`.
   */
  redrive?(topic: string, options: { readonly op: string }): Promise<number>
}

export const redrive = {
  shape: () => z.literal(true),
  contradiction(_claim, { deadLetter, deduplication, stats }) {
    if (deadLetter === undefined) return 'redrive is claimed without deadLetter, so there is nothing to redrive.'
    if (stats !== undefined)
      return 'redrive is claimed with stats: statistics are compared with the publishes of callers, which do not include those of a redrive.'
    if (deduplication === undefined) return null
    return 'redrive is claimed with deduplication: a redriven message has the id of its original, and either may be skipped.'
  },
  needs: () => ['storedLog'],
  conditions: { redrive: { owes: { redrive: method } } },
  docs: '`redrive` of the bus publishes dead letters again: the unchanged message with the header `redriven`; cannot be combined with `deduplication` or `stats`',
} satisfies ClaimDescriptor<'redrive'>
