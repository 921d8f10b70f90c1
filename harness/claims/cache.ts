import type { Figure } from '../claims.ts'
import type { ClaimDescriptor } from './descriptor.ts'
import { first, whole } from './rules.ts'

export interface CachePart<F> {
  /** The most keys, ids, groups and the like of which one open bus remembers something; default none. */
  readonly cache?: F
}

/** A bus is used with as many different ones before what it keeps of each is weighed, which takes as long. */
const LARGEST_CACHE = 5_000

const most = (claim: Figure): number => ('fixed' in claim ? claim.fixed : claim.max)

/** It enables no clause: it says how often a bus is used before it is weighed. */
export const cache = {
  shape: (figure) => figure,
  contradiction: (claim) =>
    first([
      whole('cache', claim, 0),
      most(claim) > LARGEST_CACHE ? `cache may be ${most(claim)}, but must be at most ${LARGEST_CACHE}.` : null,
    ]),
  settings: { cache: [0, 100, 1000] },
  docs: 'the most keys, ids, groups and the like of which one open bus remembers something, at most 5,000; if not claimed, a bus that keeps something of each counts as leaking',
} satisfies ClaimDescriptor<'cache'>
