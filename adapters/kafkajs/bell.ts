/** Wakes those who wait for a change. */
import { firstToAbort, wait } from '../resilience/index.ts'

export interface Bell {
  ring(): void
  /** Resolves when it rings, after `ms` at the latest, or when the signal aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>
}

export function createBell(): Bell {
  let next = new AbortController()
  return {
    ring() {
      const rung = next
      next = new AbortController()
      rung.abort()
    },
    async wait(ms, signal) {
      using either = firstToAbort(next.signal, ...(signal === undefined ? [] : [signal]))
      await wait(ms, either.signal)
    },
  }
}
