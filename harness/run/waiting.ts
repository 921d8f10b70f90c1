export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits for all, but no longer than `limit` ms: what hangs shows in the history. */
export async function settleWithin(work: readonly Promise<void>[], limit: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limit)
  })
  await Promise.race([Promise.all(work), late])
  clearTimeout(timer)
}
