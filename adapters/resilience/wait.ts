/** Timers that clean up after themselves. */

/** Resolves after `ms`, or at once when the signal aborts. Never rejects: the caller decides what an abort means. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const finish = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    // Timers cut fractions off; rounding up keeps a wait from ending early.
    const timer = setTimeout(finish, Math.ceil(ms))
    signal.addEventListener('abort', finish, { once: true })
  })
}

/** Settles like `work`, or resolves with `onAbort()` as soon as the signal aborts. `work` must observe the signal too. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, onAbort: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      try {
        resolve(onAbort())
      } catch (error) {
        reject(error)
      }
    }
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
    if (signal.aborted) abort()
  })
}
