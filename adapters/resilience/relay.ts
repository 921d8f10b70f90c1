/** Publishes the events of an outbox, repeatedly. */
import { wait } from './wait.ts'

export interface Relay {
  /** Begins no further round. */
  stop(): void
}

/**
 * Runs one round after another, with a pause of `every` ms between them; the next round retries what one could not do and
 * passes the error to `failed`.
 */
export function startRelay(
  round: (stopped: AbortSignal) => Promise<void>,
  every: number,
  failed: (error: unknown) => void = () => undefined,
): Relay {
  const stop = new AbortController()
  const go = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      // Events that are not published stay in the outbox.
      await round(stop.signal).catch((error: unknown) => (stop.signal.aborted ? undefined : failed(error)))
      await wait(every, stop.signal)
    }
  }
  void go()
  return { stop: () => stop.abort() }
}
