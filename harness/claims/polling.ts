/** Lists of plans for somebody who asks a node for something again and again, as monitoring does. */
import { z } from 'zod'
import { type Ask, type Asked, count, ms, type PlanList } from './descriptor.ts'

export interface PlannedPolling {
  readonly node: number
  /** ms after traffic began. */
  readonly at: number
  /** ms from one question to the next. */
  readonly every: number
  readonly times: number
}

/** `ask` gets a name that is unique in the run. Nobody waits for an answer before the plan continues. */
export const polling = (
  of: Pick<PlanList, 'seed' | 'lacks'> & { readonly ask: (asked: Asked, name: string) => Promise<unknown> },
): PlanList<PlannedPolling> => ({
  shape: z.strictObject({ node: count, at: ms, every: ms, times: z.int().min(1).max(100) }),
  fields: ({ nodes, faultAt }) => ({
    node: { values: nodes },
    at: { values: faultAt },
    every: { values: [100, 20, 300] },
    times: { values: [1, 3, 10] },
  }),
  seed: of.seed,
  share: 0.25,
  size: [1, 2],
  leans: {
    'publish-outage': [1, 2],
    'consume-outage': [1, 2],
    'breaker-by-hand': [1, 2],
    'close-in-traffic': [1, 2],
  },
  lacks: of.lacks,
  asks: ({ node, at, every, times }, index) =>
    Array.from(
      { length: times },
      (_, turn): Ask => ({
        node,
        at: at + turn * every,
        carryOut: async (asked) => void of.ask(asked, `${of.seed}-${index}-${turn}`),
      }),
    ),
})
