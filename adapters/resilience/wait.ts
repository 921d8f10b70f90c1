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

/** Settles like `work`, or resolves after `ms` if that is first: nobody waits for it any longer. */
export async function within(ms: number, work: Promise<void>): Promise<void> {
  const over = new AbortController()
  await Promise.race([work, wait(ms, over.signal)]).finally(() => over.abort())
}

/**
 * A signal that aborts with the first of these, until it is disposed. On Node 20 a signal keeps a piece of each `AbortSignal.any` that
 * was ever made with it, so that one which lives as long as its bus must not be given to that again and again.
 */
export function firstToAbort(...signals: readonly AbortSignal[]): Disposable & { readonly signal: AbortSignal } {
  const first = new AbortController()
  const abort = (): void => first.abort()
  for (const signal of signals) signal.addEventListener('abort', abort, { once: true })
  if (signals.some(({ aborted }) => aborted)) abort()
  return {
    signal: first.signal,
    [Symbol.dispose]() {
      for (const signal of signals) signal.removeEventListener('abort', abort)
    },
  }
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
