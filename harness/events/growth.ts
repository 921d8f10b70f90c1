/** What a round of the same has added to what the process of a bus keeps; the run asks it to know when to end, the check to judge. */
import type { EventOf } from './kinds.ts'

export type Used = EventOf<'used'>

/** Something that is weighed. */
export interface Quantity {
  readonly what: string
  of(event: Used): number
  /** What it grows by with each round that is the harness's doing: the event of the round. */
  readonly harness: number
  /**
   * The least that each use adds, in every round, where something leaks. Tables grow by leaps, but what they hold grows with every
   * round: of a text with a number, some 24 bytes.
   */
  readonly least: number
  /** What a bus may keep of each use: the entry of a table takes some hundred bytes. */
  readonly limit: number
}

const bytes: Quantity = { what: 'bytes', of: (event) => event.bytes, harness: 600, least: 24, limit: 64 }

/** Memory counts only where nothing but the bus can make it grow. */
export function quantitiesIn(events: readonly Used[]): readonly Quantity[] {
  const kinds = new Set(events.flatMap(({ alive }) => Object.keys(alive)))
  const objects = [...kinds].map(
    (what): Quantity => ({ what, of: ({ alive }) => alive[what] ?? 0, harness: 0, least: 1 / 4, limit: 1 / 2 }),
  )
  return events.every(({ apart }) => apart) ? [...objects, bytes] : objects
}

/** By how much a round has made it grow with each use. */
export const growthWith = ({ of, harness }: Quantity, before: Used, after: Used): number =>
  (of(after) - of(before) - harness) / after.times

/** Whether so much may be one round of a leak: of few uses, it is more than what the harness keeps of a round. */
export const mayLeak = ({ least, harness }: Quantity, growth: number, { times }: Used): boolean =>
  growth >= Math.max(least, harness / times)
