/** The signals that an adapter was given with its publishes, and what it left on them. */
import { getEventListeners } from 'node:events'

/** How many are kept before those without listeners are removed. */
const MOST_KEPT = 1_000

export interface Signals {
  /** The operation that received this signal has ended, so its listeners are not needed any more. */
  ended(signal: AbortSignal): void
  /** Keeps only those with listeners. */
  tidy(): void
  /** Listeners that are still on such signals. */
  listeners(): number
}

export function createSignals(): Signals {
  let over: AbortSignal[] = []
  const tidy = (): void => {
    over = over.filter((one) => listenersOf(one) > 0)
  }
  return {
    tidy,
    ended(signal) {
      // Signals without listeners need not be kept.
      if (over.length >= MOST_KEPT) tidy()
      over.push(signal)
    },
    listeners: () => over.reduce((sum, signal) => sum + listenersOf(signal), 0),
  }
}

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length
