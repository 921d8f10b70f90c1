import type { ClaimDescriptor } from './descriptor.ts'
import { whole } from './rules.ts'

export interface CachePart<F> {
  /** The most keys, ids, groups and the like of which one open bus remembers something; default none. */
  readonly cache?: F
}

/** A bus is used with as many different ones before what it keeps of each is weighed, which takes as long. */
const LARGEST_CACHE = 5_000

/** It enables no clause: it says how often a bus is used before it is weighed. */
export const cache = {
  shape: (figure) => figure,
  contradiction: (claim) => whole('cache', claim, 0, LARGEST_CACHE),
  settings: { cache: [0, 100, 1000] },
  docs: 'the most keys, ids, groups and the like of which one open bus remembers something, at most 5,000; if not claimed, a bus that keeps something of each counts as leaking',
} satisfies ClaimDescriptor<'cache'>
