export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Sleeps until the time is over or the signal aborts. */
export async function sleepUnless(signal: AbortSignal | undefined, ms: number): Promise<void> {
  if (signal === undefined) return await sleep(ms)
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}

/** Waits for all, but no longer than `limit` ms: what hangs shows in the history. */
export async function settleWithin(work: readonly Promise<void>[], limit: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limit)
  })
  await Promise.race([Promise.all(work), late])
  clearTimeout(timer)
}

/** A promise that somebody else resolves. */
export function settleable<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
