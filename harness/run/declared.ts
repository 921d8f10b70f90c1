/** Compares what a system declares as lacking with what happened: a situation that arose can arise. */
import type { Event } from '../events/kinds.ts'
import { type Lacks, without } from '../lacks.ts'

export interface Declared {
  step(event: Event): void
  /** The first contradiction as one sentence; null if there is none. */
  contradiction(): string | null
}

export function createDeclared(system: string, lacks: Lacks): Declared {
  let found: string | null = null
  const looks = (Object.keys(LOOKS) as (keyof typeof LOOKS)[]).filter((capability) => lacks[capability] !== undefined)
  return {
    step(event) {
      if (found !== null) return
      for (const capability of looks) {
        const seen = LOOKS[capability](event)
        if (seen === null) continue
        found = `${system} says: ${without(capability, lacks)}; but ${seen}: correct its \`lacks\`, or what was reported`
        return
      }
    },
    contradiction: () => found,
  }
}

/** In words, an event that is impossible without the capability; null for any other event. */
const LOOKS = {
  partitions(event: Event): string | null {
    const places = [
      ...('position' in event && event.position !== undefined ? [event.position] : []),
      ...('partitions' in event ? event.partitions : []),
    ]
    const other = places.find(({ partition }) => partition > 0)
    return other === undefined ? null : `there is a partition ${other.partition} of ${other.topic}`
  },
  committedOffsets(event: Event): string | null {
    if (event.type !== 'committed' && event.type !== 'position') return null
    return `${event.group} committed ${event.topic}/${event.partition} up to ${event.next}`
  },
  network(event: Event): string | null {
    if (event.type !== 'resources' || event.when === 'baseline') return null
    const kind = NETWORKED.find((one) => (event.counts[one] ?? 0) > 0)
    if (kind === undefined) return null
    const count = event.counts[kind]
    return `${event.owner} holds ${count} ${count === 1 ? kind.replace(/s$/, '') : kind}`
  },
}

/** What a process counts of what leads out of it; a socket that does not keep it alive is only an open descriptor. */
const NETWORKED = ['sockets', 'servers', 'datagram sockets', 'pipes', 'pipe servers', 'socket descriptors']
