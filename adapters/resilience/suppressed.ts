/** Tells of errors that nobody else gets to see, because what failed is tried again. */
import type { Site } from '../../harness/adapter.ts'
import { toBusError } from './errors.ts'

/** `during`: what failed, in a word or two. */
export type Suppress = (during: string, thrown: unknown) => void

/**
 * The same error of the same work is told at its 1st, 2nd, 4th, 8th … time, with how often it has happened: however long
 * the other side is down, and however fast it is asked, a history gets a few of these. `consumer`: whom it happens to.
 */
export function createSuppress(site: Site, consumer?: string): Suppress {
  const counts = new Map<string, number>()
  return (during, thrown) => {
    const error = toBusError(thrown)
    const name = `${during} ${error.code}`
    const times = (counts.get(name) ?? 0) + 1
    counts.set(name, times)
    if (!isPowerOfTwo(times)) return
    site.observe({ type: 'suppressed', ...(consumer === undefined ? {} : { consumer }), during, times, error })
  }
}

const isPowerOfTwo = (count: number): boolean => Number.isInteger(Math.log2(count))
