import { z } from 'zod'
import { type Asked, type ClaimDescriptor, count, method, ms } from './descriptor.ts'

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

/** What the handler does with a message once it was redriven; `throws`: once. */
const REDRIVEN_OUTCOMES = ['ok', 'throws', 'fails', 'permanent', 'slow'] as const

export interface RedriveMessage {
  /** What the handler does with its copies that were redriven; absent for `ok`. Only if `redrive` is claimed. */
  readonly redriven?: (typeof REDRIVEN_OUTCOMES)[number]
}

/** A redrive of one topic while traffic and faults last; those of the other topics come after both. */
export interface PlannedRedrive {
  readonly node: number
  /** ms after traffic began. */
  readonly at: number
  /** Index of the topic, modulo their number. */
  readonly topic: number
}

export interface RedriveLists {
  /** At most one counts. Only if `redrive` is claimed. */
  readonly redrives?: readonly PlannedRedrive[]
}

/** Has the bus publish the dead letters of a topic again, and records the redrive, under a name, and how it ended. */
export async function redriveTopic({ bus, tell, see, check }: Asked, name: string, topic: string): Promise<void> {
  const about = { redrive: name, topic }
  tell({ type: 'redrive', ...about })
  try {
    const given = await bus.redrive?.(topic, { op: name })
    const counted = check(count, given, 'redrive() did not return a number of messages')
    if (counted === null) throw new Error('it returned no number')
    tell({ type: 'redrive-ended', ...about, count: counted })
  } catch (error) {
    tell({ type: 'redrive-ended', ...about, error: see(error) })
  }
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
  conditions: {
    redrive: {
      owes: { redrive: method },
      options: {
        redriven: {
          shape: z.enum(REDRIVEN_OUTCOMES),
          values: REDRIVEN_OUTCOMES,
          weight: (outcome) => (outcome === 'ok' ? 4 : 1),
        },
      },
      lists: {
        redrives: {
          shape: z.strictObject({ node: count, at: ms, topic: count }),
          fields: ({ nodes, topics, faultAt }) => ({
            node: { values: nodes },
            at: { values: faultAt },
            topic: { values: topics },
          }),
          seed: 'redrives',
          share: 0.1,
          size: [1, 1],
          leans: { 'handler-failure': [0, 1], 'dead-letter-outage': [0, 1] },
          lacks: 'no redriving claimed',
          asks({ node, at, topic }, index) {
            if (index > 0) return []
            // Not awaited: the plan continues meanwhile.
            const carryOut = async (asked: Asked): Promise<void> =>
              void redriveTopic(asked, 'redrive-in-traffic', asked.topic(topic))
            return [{ node, at, carryOut }]
          },
        },
      },
    },
  },
  docs: '`redrive` of the bus publishes dead letters again: the unchanged message with the header `redriven`; cannot be combined with `deduplication` or `stats`',
} satisfies ClaimDescriptor<'redrive'>
