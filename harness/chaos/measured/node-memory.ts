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
  /** By lane and node. */
  const processes = new Map<string, Sample[]>()
  const slopes: Slope[] = []
  const slopeBy = (samples: readonly Sample[]): Slope | [] => slopeOf(warm(samples)) ?? []
  const end = (key: string): void => {
    const samples = processes.get(key)
    if (samples !== undefined) slopes.push(...[slopeBy(samples)].flat())
    processes.delete(key)
  }
  return {
    step(lane, event) {
      // The next one with its name is another process.
      if (event.type === 'killed' || event.type === 'crashed') end(`${lane}/${event.node}`)
      if (event.type !== 'resources' || event.memory === undefined) return
      const key = `${lane}/${event.owner}`
      const samples = processes.get(key) ?? []
      processes.set(key, samples)
      samples.push({ at: clock(), bytes: event.memory })
    },
    steepest: () => steepest([...slopes, ...[...processes.values()].flatMap(slopeBy)]),
  }
}
