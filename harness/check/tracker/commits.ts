import type { Event, EventOf, Position } from '../event.ts'
import { type Moment, mapIn, NONE } from './moment.ts'

/** A commit that went further than all before it. */
export interface Advance extends Moment {
  readonly next: number
  /** The id that `next` comes after, if the system does not number its messages. */
  readonly after?: string
  /** `adapter`: its own word; `witness`: read in the system, and done at `at` or before. */
  readonly by: 'adapter' | 'witness'
}

/** What one group has committed in one partition. */
export interface CommitLine {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly advances: Advance[]
  /** What was committed last, further than before or not. */
  latest: number
}

export interface Commits {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  all(): readonly CommitLine[]
  of(group: string, topic: string, partition: number): CommitLine | undefined
  /** Only those that the adapter reported, and only those that the witness found. */
  by(who: Advance['by']): readonly CommitLine[]
  /** The first commit that left this position behind; null when none did. */
  passed(group: string, position: Position): Advance | null
  /** The same, only of those that the adapter reported. */
  reported(group: string, position: Position): Advance | null
}

/** Up to where it was committed, in words. */
export const upTo = ({ next, after }: Advance): string => after ?? String(next)

/** The first advance beyond the offset; advances grow. */
export function firstBeyond(advances: readonly Advance[], offset: number): Advance | null {
  let low = 0
  let high = advances.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((advances[middle]?.next ?? 0) > offset) high = middle
    else low = middle + 1
  }
  return advances[low] ?? null
}

export function createCommits(): Commits {
  const lines = createLines()
  const told = createLines()
  const found = createLines()
  return {
    takes: ['committed', 'position'],
    step(event, moment) {
      if (event.type !== 'committed' && event.type !== 'position') return
      lines.advance(event, moment)
      if (event.type === 'committed') told.advance(event, moment)
      else found.advance(event, moment)
    },
    all: () => lines.all,
    of: lines.of,
    by: (who) => (who === 'adapter' ? told : found).all,
    passed: lines.passed,
    reported: told.passed,
  }
}

function createLines() {
  /** In the order in which they began. */
  const all: CommitLine[] = []
  /** By group, topic and partition. */
  const groups = new Map<string, Map<string, Map<number, CommitLine>>>()
  const made = ({ group, topic, partition }: EventOf<'committed'> | EventOf<'position'>): CommitLine => {
    const line: CommitLine = { group, topic, partition, advances: [], latest: Number.NEGATIVE_INFINITY }
    mapIn(mapIn(groups, group), topic).set(partition, line)
    all.push(line)
    return line
  }
  return {
    all,
    advance(event: EventOf<'committed'> | EventOf<'position'>, { at, seq }: Moment): void {
      const { next, after } = event
      const line = groups.get(event.group)?.get(event.topic)?.get(event.partition) ?? made(event)
      const { advances } = line
      line.latest = next
      const before = advances[advances.length - 1]?.next ?? Number.NEGATIVE_INFINITY
      if (next > before)
        advances.push({
          at,
          seq,
          next,
          ...(after === undefined ? {} : { after }),
          by: event.type === 'committed' ? 'adapter' : 'witness',
        })
    },
    of: (group: string, topic: string, partition: number): CommitLine | undefined =>
      groups.get(group)?.get(topic)?.get(partition),
    passed: (group: string, { topic, partition, offset }: Position): Advance | null =>
      firstBeyond(groups.get(group)?.get(topic)?.get(partition)?.advances ?? NONE, offset),
  }
}
