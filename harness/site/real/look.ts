/** The witness's look at committed positions, again and again while a run lasts. */

import type { Next } from '../../adapter.ts'
import { messageOf, SiteError } from '../../errors.ts'
import { LATE_BY } from '../../host/stalls.ts'
import type { CommittedPosition, Witness } from '../../system-contract.ts'
import { sleep } from '../../waiting.ts'

/** Between two looks, ms. */
export const LOOK_EVERY = 25

export interface Looking {
  /** ms since the run began. */
  readonly now: () => number
  /** A position has moved since the last look. */
  readonly moved: (committed: CommittedPosition) => void
  /** The system took so long over a look, from then until now, that it or its machine must have stood still. */
  readonly slow: (from: number) => void
}

/** Rejects with SiteError, when it is stopped, if the witness could not read. */
export function lookAtPositions(
  witness: Pick<Required<Witness>, 'committed'>,
  { now, moved, slow }: Looking,
): { stop(): Promise<void> } {
  const known = new Map<string, Next>()
  let stopped = false
  const look = async (): Promise<void> => {
    const from = now()
    const found = await witness.committed()
    if (now() - from >= LATE_BY) slow(from)
    for (const committed of found) {
      const key = `${committed.group}/${committed.topic}/${committed.partition}`
      if (!isFurther(known.get(key), committed.next)) continue
      known.set(key, committed.next)
      moved(committed)
    }
  }
  const looking = (async () => {
    while (!stopped) {
      await look()
      await sleep(LOOK_EVERY)
    }
  })()
  const ended = looking.catch((error: unknown) => {
    throw new SiteError(`the witness cannot read committed positions: ${messageOf(error)}`, { cause: error })
  })
  // Told when it is stopped.
  ended.catch(() => undefined)
  return {
    async stop() {
      if (stopped) return await ended
      stopped = true
      await ended
      // What was committed since the last look.
      await look()
    },
  }
}

/** A number never goes back: the answer of a look may be older than that of the one before. */
function isFurther(before: Next | undefined, next: Next): boolean {
  if (before === undefined) return true
  if (typeof before === 'number' && typeof next === 'number') return next > before
  return JSON.stringify(before) !== JSON.stringify(next)
}
