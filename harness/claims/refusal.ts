import { z } from 'zod'
import { type Consequences, count, ms } from './descriptor.ts'

/** A publish that the system refuses for good. */
export interface PlannedRefusal {
  readonly node: number
  /** ms after traffic began. */
  readonly at: number
}

export interface RefusalLists {
  /** Only if the system can refuse a topic. */
  readonly refusals?: readonly PlannedRefusal[]
}

export const refusals = {
  refusals: {
    shape: z.strictObject({ node: count, at: ms }),
    fields: ({ nodes, messageAt }) => ({ node: { values: nodes }, at: { values: messageAt } }),
    seed: 'refusals',
    share: 0.1,
    size: [1, 2],
    leans: { calm: [1, 3], 'publish-outage': [0, 1], retries: [0, 1] },
    lacks: 'no refused topics here',
    asks: ({ node, at }, index) => [
      {
        node,
        at,
        // Not awaited: the plan continues meanwhile.
        carryOut: async ({ publish, refusedTopic }) => publish(`refused-${index}`, refusedTopic),
      },
    ],
  },
} satisfies Consequences['lists']
