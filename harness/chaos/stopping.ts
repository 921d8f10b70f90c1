/** What ends a chaos run before its time. */
import type { Soak } from '../certificate/soak.ts'

export type End = Pick<Soak, 'ended' | 'why'>

/** Ends the run once: by whoever comes first. */
export interface Stopping {
  readonly end: () => End | null
  stop(end: End): void
  /** Aborts what is running. */
  readonly signal: AbortSignal
  /** Aborts once the run is over, however it ended. */
  readonly over: AbortSignal
  finish(): void
}

export function createStopping(interrupted: AbortSignal | undefined): Stopping {
  const aborting = new AbortController()
  const over = new AbortController()
  let end: End | null = null
  const stop = (wanted: End): void => {
    end ??= wanted
    aborting.abort()
  }
  const interrupt = (): void => stop({ ended: 'interrupted', why: 'somebody interrupted the run' })
  if (interrupted?.aborted === true) interrupt()
  interrupted?.addEventListener('abort', interrupt, { once: true })
  return {
    end: () => end,
    stop,
    signal: aborting.signal,
    over: over.signal,
    finish() {
      interrupted?.removeEventListener('abort', interrupt)
      over.abort()
    },
  }
}
