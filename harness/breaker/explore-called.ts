/** Every sequence of steps up to a length, each on a breaker of its own: for breakers that cannot be taken back a step. */

import type { BreakerClaim } from '../claims.ts'
import { createRandom, pick } from '../random.ts'
import { type Action, type Explored, WAYS } from './explore.ts'
import { follow, type MakeCalledBreaker, type Step } from './follow.ts'

export interface CalledExploration {
  readonly depth: number
  readonly actions: readonly Action[]
  /** No call begins while another is in flight, so none can end late. */
  readonly oneAtATime?: boolean
}

/** The disagreement is one of the shortest. */
export async function exploreCalled(
  claim: BreakerClaim<number>,
  make: MakeCalledBreaker,
  { depth, actions, oneAtATime = false }: CalledExploration,
): Promise<Explored> {
  let steps = 0
  let before: (readonly [sequence: readonly Step[], inFlight: readonly number[]])[] = [[[], []]]
  for (let length = 1; length <= depth; length++) {
    const after: typeof before = []
    for (const [sequence, inFlight] of before) {
      for (const step of choices(actions, inFlight, oneAtATime)) {
        const longer = [...sequence, step]
        const followed = await follow(claim, make, longer)
        steps += 1
        if (followed.disagreement !== null) return { steps, disagreement: followed.disagreement }
        after.push([longer, followed.inFlight])
      }
    }
    before = after
  }
  return { steps, disagreement: null }
}

export interface CalledWalks {
  readonly seed: number
  readonly walks: number
  /** Steps of each. */
  readonly length: number
  readonly actions: readonly Action[]
  readonly oneAtATime?: boolean
}

/** Sequences at random, the same for the same seed. */
export async function wanderCalled(
  claim: BreakerClaim<number>,
  make: MakeCalledBreaker,
  { seed, walks, length, actions, oneAtATime = false }: CalledWalks,
): Promise<Explored> {
  const random = createRandom(seed)
  let steps = 0
  for (let walk = 0; walk < walks; walk++) {
    const { disagreement } = await follow(claim, make, (inFlight, taken) => {
      if (taken === length) return null
      steps += 1
      return pick(random, choices(actions, inFlight, oneAtATime))
    })
    if (disagreement !== null) return { steps, disagreement }
  }
  return { steps, disagreement: null }
}

const isEnd = (action: Action): boolean => WAYS.some((way) => way === action)

function choices(actions: readonly Action[], inFlight: readonly number[], oneAtATime: boolean): readonly Step[] {
  return actions.flatMap((action): readonly Step[] => {
    if (isEnd(action)) return inFlight.map((call) => ({ action, call }))
    if (action === 'ask' && oneAtATime && inFlight.length > 0) return []
    return [{ action, call: null }]
  })
}
