/** Reports errors that no caller sees, because the bus retries what failed. */
import type { Site } from '../../harness/adapter.ts'
import { toBusError } from './errors.ts'

/** `during`: what failed, in one or two words. */
export type Suppress = (during: string, thrown: unknown) => void

/**
 * Reports the same error of the same work at its 1st, 2nd, 4th, 8th … occurrence, with the count, so that a history gets only a
 * few, however long the other side is down and however often it is called. `consumer`: the affected consumer.
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
