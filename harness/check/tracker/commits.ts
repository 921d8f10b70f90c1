import type { Position } from '../../adapter.ts'
import type { Event } from '../../history/event.ts'
import { join, type Moment } from './moment.ts'

/** A commit that went further than all before it. */
export interface Advance extends Moment {
  readonly next: number
  /** `adapter`: its own word; `witness`: read in the system, and done at `at` or before. */
  readonly by: 'adapter' | 'witness'
}

/** What one group has committed in one partition. */
export interface CommitLine {
  readonly group: string
  readonly topic: string
  readonly partition: number
  readonly advances: Advance[]
}

export interface Commits {
  step(event: Event, moment: Moment): void
  all(): Iterable<CommitLine>
  /** The first commit that left this position behind; null when none did. */
  passed(group: string, position: Position): Advance | null
}

/** The first of the advances, which grow, that lies beyond the offset. */
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
  const lines = new Map<string, CommitLine>()
  return {
    step(event, moment) {
      if (event.type !== 'committed' && event.type !== 'position') return
      const { group, topic, partition, next } = event
      const key = join(group, topic, partition)
      const line = lines.get(key) ?? { group, topic, partition, advances: [] }
      lines.set(key, line)
      if (next <= (line.advances.at(-1)?.next ?? Number.NEGATIVE_INFINITY)) return
      line.advances.push({ ...moment, next, by: event.type === 'committed' ? 'adapter' : 'witness' })
    },
    all: () => lines.values(),
    passed: (group, { topic, partition, offset }) =>
      firstBeyond(lines.get(join(group, topic, partition))?.advances ?? [], offset),
  }
}
