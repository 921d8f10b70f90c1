/** Lets one at a time through each lane, in the order in which they came; without a lane there is nothing to wait for. */
export interface Lanes {
  /** Resolves when it is the caller's turn, with the function that ends it; rejects as soon as `stopped` does. */
  enter(lane: string | null, stopped: Promise<never>): Promise<() => void>
}

export function createLanes(): Lanes {
  const tails = new Map<string, Promise<void>>()
  return {
    async enter(lane, stopped) {
      if (lane === null) return () => undefined
      const previous = tails.get(lane)
      let end = (): void => undefined
      const ended = new Promise<void>((resolve) => {
        end = resolve
      })
      // Whoever gives up while it waits leaves its place only when those before it have left theirs.
      const tail = previous === undefined ? ended : Promise.all([previous, ended]).then(() => undefined)
      tails.set(lane, tail)
      const leave = (): void => {
        end()
        if (tails.get(lane) === tail) tails.delete(lane)
      }
      try {
        if (previous !== undefined) await Promise.race([previous, stopped])
        return leave
      } catch (error) {
        end()
        throw error
      }
    },
  }
}
