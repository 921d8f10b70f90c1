/** The signals that an adapter was given with its publishes, and what it left on them. */
import { getEventListeners } from 'node:events'

export interface Signals {
  /** The operation that was given this signal has ended: nobody needs to hear of it any more. */
  ended(signal: AbortSignal): void
  /** Listeners that are still on such signals. */
  listeners(): number
}

export function createSignals(): Signals {
  const over: AbortSignal[] = []
  return {
    ended: (signal) => void over.push(signal),
    listeners: () => over.reduce((sum, signal) => sum + getEventListeners(signal, 'abort').length, 0),
  }
}
