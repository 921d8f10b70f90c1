/** Where in a list to begin and to stop looking, when what is looked for is bounded in time. */
import type { Moment } from './moment.ts'

/** The first index from which on a value is greater than the bound; the values must not fall. */
export function firstAbove(length: number, valueAt: (index: number) => number, bound: number): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (valueAt(middle) > bound) high = middle
    else low = middle + 1
  }
  return low
}

/** Of a list of places in the history, how many at its beginning all lie before a moment, and from where on all lie after it. */
export interface Reach {
  /** Each before this index lies before the moment. */
  allBefore(moment: Moment): number
  /** Each from this index on lies at the moment or after it. */
  noneBefore(moment: Moment): number
}

/** `seqs` in any order; infinity for what never happened. */
export function reachOf(seqs: readonly number[]): Reach {
  const most = new Float64Array(seqs.length)
  const least = new Float64Array(seqs.length)
  let highest = Number.NEGATIVE_INFINITY
  for (const [index, seq] of seqs.entries()) {
    highest = Math.max(highest, seq)
    most[index] = highest
  }
  let lowest = Number.POSITIVE_INFINITY
  for (let index = seqs.length - 1; index >= 0; index--) {
    lowest = Math.min(lowest, seqs[index] ?? lowest)
    least[index] = lowest
  }
  return {
    allBefore: ({ seq }) => firstAbove(most.length, (index) => most[index] ?? 0, seq - 1),
    noneBefore: ({ seq }) => firstAbove(least.length, (index) => least[index] ?? 0, seq - 1),
  }
}
