/** The signals that an adapter was given with its publishes, and what it left on them. */
import { getEventListeners } from 'node:events'

/** Before it is looked which of them nobody listens to any more. */
const MOST_KEPT = 1_000

export interface Signals {
  /** The operation that was given this signal has ended: nobody needs to hear of it any more. */
  ended(signal: AbortSignal): void
  /** Listeners that are still on such signals. */
  listeners(): number
}

export function createSignals(): Signals {
  let over: AbortSignal[] = []
  return {
    ended(signal) {
      // Those that nobody listens to any more need not be kept.
      if (over.length >= MOST_KEPT) over = over.filter((one) => listenersOf(one) > 0)
      over.push(signal)
    },
    listeners: () => over.reduce((sum, signal) => sum + listenersOf(signal), 0),
  }
}

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length
