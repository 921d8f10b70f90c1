/**
 * Drives virtual time until a promise settles. Between two timers every microtask and every `process.nextTick` runs,
 * because Node does so between two callbacks of `setImmediate`; setting a whole batch of them at once saves the turn of
 * the event loop that one at a time would cost.
 */
import type { VirtualTime } from './patch.ts'

const BATCH = 128
/** A run that fires this many timers goes round in circles. */
const MOST_TIMERS = 5_000_000
/** Real time for work outside virtual time to end before a run without timers is called stuck, ms. */
const STUCK_AFTER = 2_000

class StuckError extends Error {
  override readonly name = 'StuckError'
}

/** The run goes round in circles, which is the adapter's doing. */
export class CirclesError extends Error {
  override readonly name = 'CirclesError'
}

/** `beat` is called at every turn of the event loop. */
export function drive<T>(time: VirtualTime, work: Promise<T>, beat: () => void = () => undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    let settled = false
    let failure: Error | null = null
    work.then(
      (value) => {
        settled = true
        resolve(value)
      },
      (error: unknown) => {
        settled = true
        reject(error)
      },
    )
    let fired = 0
    let idleSince: number | null = null
    const step = (): void => {
      if (settled || failure !== null) return
      if (!time.clock.fireNext()) return
      idleSince = null
      fired += 1
      if (fired > MOST_TIMERS) failure = new CirclesError(`set ${MOST_TIMERS} timers in one run`)
    }
    const turn = (): void => {
      beat()
      if (settled) return
      if (failure !== null) {
        reject(failure)
        return
      }
      const before = fired
      for (let index = 0; index < BATCH; index++) time.real.setImmediate(step)
      time.real.setImmediate(() => {
        if (fired === before) {
          idleSince ??= time.real.now()
          if (time.real.now() - idleSince > STUCK_AFTER) failure = stuck()
        }
        turn()
      })
    }
    turn()
  })
}

const stuck = (): StuckError =>
  new StuckError(
    `nothing is left to happen in virtual time, but the run has not ended; it waits for ${process.getActiveResourcesInfo().join(', ') || 'a promise that is never settled'}`,
  )
