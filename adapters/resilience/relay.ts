/** Goes through an outbox again and again. */
import { wait } from './wait.ts'

export interface Relay {
  /** Begins no further round. */
  stop(): void
}

/**
 * One round after the other, with a pause of `every` ms between them; what a round could not do, the next one tries again.
 * `failed` is told why.
 */
export function startRelay(
  round: (stopped: AbortSignal) => Promise<void>,
  every: number,
  failed: (error: unknown) => void = () => undefined,
): Relay {
  const stop = new AbortController()
  const go = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      // What is not published stays where it is.
      await round(stop.signal).catch((error: unknown) => (stop.signal.aborted ? undefined : failed(error)))
      await wait(every, stop.signal)
    }
  }
  void go()
  return { stop: () => stop.abort() }
}
