/** Every sequence of steps up to a length, each on a breaker of its own: for breakers that cannot be taken back a step. */

import type { BreakerClaim } from '../claims.ts'
import { createRandom, pick } from '../plan/random.ts'
import { type Explored, type Letter, WAYS } from './explore.ts'
import { follow, type MakeCalledBreaker, type Step } from './follow.ts'

export interface CalledExploration {
  readonly depth: number
  readonly letters: readonly Letter[]
  /** Nobody asks while a call is in flight, so that none can end late. */
  readonly oneAtATime?: boolean
}

/** The disagreement is one of the shortest. */
export async function exploreCalled(
  claim: BreakerClaim<number>,
  make: MakeCalledBreaker,
  { depth, letters, oneAtATime = false }: CalledExploration,
): Promise<Explored> {
  let steps = 0
  let before: (readonly [sequence: readonly Step[], inFlight: readonly number[]])[] = [[[], []]]
  for (let length = 1; length <= depth; length++) {
    const after: typeof before = []
    for (const [sequence, inFlight] of before) {
      for (const step of choices(letters, inFlight, oneAtATime)) {
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
  readonly letters: readonly Letter[]
  readonly oneAtATime?: boolean
}

/** Sequences at random, the same for the same seed. */
export async function wanderCalled(
  claim: BreakerClaim<number>,
  make: MakeCalledBreaker,
  { seed, walks, length, letters, oneAtATime = false }: CalledWalks,
): Promise<Explored> {
  const random = createRandom(seed)
  let steps = 0
  for (let walk = 0; walk < walks; walk++) {
    const { disagreement } = await follow(claim, make, (inFlight, taken) => {
      if (taken === length) return null
      steps += 1
      return pick(random, choices(letters, inFlight, oneAtATime))
    })
    if (disagreement !== null) return { steps, disagreement }
  }
  return { steps, disagreement: null }
}

const isEnd = (letter: Letter): boolean => WAYS.some((way) => way === letter)

function choices(letters: readonly Letter[], inFlight: readonly number[], oneAtATime: boolean): readonly Step[] {
  return letters.flatMap((letter): readonly Step[] => {
    if (isEnd(letter)) return inFlight.map((call) => ({ letter, call }))
    if (letter === 'ask' && oneAtATime && inFlight.length > 0) return []
    return [{ letter, call: null }]
  })
}
