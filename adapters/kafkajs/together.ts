/**
 * Carries out `work` for one batch at a time: what comes meanwhile makes the next batch. Each call settles as the batch that it was in.
 */
export function createTogether<T>(work: (batch: readonly T[]) => Promise<void>): (one: T) => Promise<void> {
  let next: { readonly batch: T[]; readonly done: Promise<void> } | null = null
  let last: Promise<unknown> = Promise.resolve()
  return (one) => {
    if (next === null) {
      const batch: T[] = []
      const done = last.then(() => {
        next = null
        return work(batch)
      })
      next = { batch, done }
      // The next batch only waits for it; its callers hear of its failure.
      last = done.catch(() => undefined)
    }
    next.batch.push(one)
    return next.done
  }
}
