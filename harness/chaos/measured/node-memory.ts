/** What the processes of the nodes hold in memory from one epoch to the next: a bus that leaks over hours shows there. */
import type { Slope } from '../../certificate/soak.ts'
import type { Event } from '../../events/kinds.ts'
import { type Sample, slopeOf, steepest, warm } from './slope.ts'

export interface NodeMemory {
  /** Takes the events of the epochs of a lane, whose processes are its own. */
  step(lane: number, event: Event): void
  /** Of the processes that lived for long enough; null where there was none. */
  steepest(): Slope | null
}

export function createNodeMemory(clock: () => number): NodeMemory {
  /** Of each process. */
  const all: Sample[][] = []
  /** Of those that live, by lane and node. */
  const living = new Map<string, Sample[]>()
  const samplesOf = (key: string): Sample[] => {
    const found = living.get(key)
    if (found !== undefined) return found
    const made: Sample[] = []
    all.push(made)
    living.set(key, made)
    return made
  }
  return {
    step(lane, event) {
      // The next one with its name is another process.
      if (event.type === 'killed' || event.type === 'crashed') living.delete(`${lane}/${event.node}`)
      if (event.type === 'resources' && event.memory !== undefined)
        samplesOf(`${lane}/${event.owner}`).push({ at: clock(), bytes: event.memory })
    },
    steepest: () => steepest(all.flatMap((samples) => slopeOf(warm(samples)) ?? [])),
  }
}
