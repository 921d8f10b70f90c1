/** Finds contradictions in what is reported: to what the system declares as lacking, and between offsets. */
import type { Event } from '../events/kinds.ts'
import { nextText } from '../events/words.ts'
import type { RunHeader } from '../history/header.ts'
import { without } from '../lacks.ts'
import { refusedTopicOf } from '../refused-topic.ts'

export interface Declared {
  step(event: Event): void
  /** The first contradiction as one sentence; null if there is none. */
  contradiction(): string | null
}

export function createDeclared({
  system,
  prefix,
  lacks = {},
}: Pick<RunHeader, 'system' | 'prefix' | 'lacks'>): Declared {
  let found: string | null = null
  const mixed = mixedOffsets()
  const refused = refusedTopicOf(prefix)
  const stored = (event: Event): string | null =>
    event.type === 'stored' && event.position.topic === refused
      ? `${system} stored a message of ${refused}, which it was asked to refuse: make it refuse every message of a topic that is \`refused\`, or declare in its \`lacks\` why it has no \`refusedTopics\``
      : null
  const looks = (Object.keys(LOOKS) as (keyof typeof LOOKS)[]).filter((capability) => lacks[capability] !== undefined)
  return {
    step(event) {
      if (found !== null) return
      found = mixed(event) ?? stored(event)
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

/** Offsets are numbers, or ids of the system's own, never both: "7" is another offset than 7. */
function mixedOffsets(): (event: Event) => string | null {
  const seen = new Map<'number' | 'string', string>()
  return (event) => {
    if (!('position' in event) || event.position === undefined) return null
    const { offset } = event.position
    const kind = typeof offset as 'number' | 'string'
    if (seen.has(kind)) return null
    seen.set(kind, `${JSON.stringify(offset)} in \`${event.type}\``)
    const [number, id] = [seen.get('number'), seen.get('string')]
    if (number === undefined || id === undefined) return null
    return `an offset is a number or an id as text, but there are both, ${number} and ${id}: the adapter and the system must report offsets in one form`
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
    return `${event.group} has committed ${nextText(event)}`
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
