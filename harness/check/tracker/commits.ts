import type { Position } from '../../adapter.ts'
import type { Event, EventOf } from '../../history/event.ts'
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
  /** Only those that the adapter told, and only those that the witness found. */
  by(who: Advance['by']): Iterable<CommitLine>
  /** The first commit that left this position behind; null when none did. */
  passed(group: string, position: Position): Advance | null
  /** The same, of those that the adapter told itself. */
  reported(group: string, position: Position): Advance | null
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
  const told = new Map<string, CommitLine>()
  const found = new Map<string, CommitLine>()
  const beyond =
    (known: ReadonlyMap<string, CommitLine>) =>
    (group: string, { topic, partition, offset }: Position): Advance | null =>
      firstBeyond(known.get(join(group, topic, partition))?.advances ?? [], offset)
  return {
    step(event, moment) {
      if (event.type !== 'committed' && event.type !== 'position') return
      const advance = { ...moment, next: event.next, by: event.type === 'committed' ? 'adapter' : 'witness' } as const
      advanceOf(lines, event, advance)
      advanceOf(event.type === 'committed' ? told : found, event, advance)
    },
    all: () => lines.values(),
    by: (who) => (who === 'adapter' ? told : found).values(),
    passed: beyond(lines),
    reported: beyond(told),
  }
}

function advanceOf(
  lines: Map<string, CommitLine>,
  { group, topic, partition }: EventOf<'committed'> | EventOf<'position'>,
  advance: Advance,
): void {
  const key = join(group, topic, partition)
  const line = lines.get(key) ?? { group, topic, partition, advances: [] }
  lines.set(key, line)
  if (advance.next > (line.advances.at(-1)?.next ?? Number.NEGATIVE_INFINITY)) line.advances.push(advance)
}
