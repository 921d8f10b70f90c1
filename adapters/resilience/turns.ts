/** Admits one at a time for each key, in order of arrival; without a key, at once. */
export interface Turns {
  /** Resolves when it is the caller's turn, with a function that ends the turn; rejects as soon as `stopped` does. */
  enter(key: string | null, stopped: Promise<never>): Promise<() => void>
}

export function createTurns(): Turns {
  const tails = new Map<string, Promise<void>>()
  return {
    async enter(key, stopped) {
      if (key === null) return () => undefined
      const previous = tails.get(key)
      let end = (): void => undefined
      const ended = new Promise<void>((resolve) => {
        end = resolve
      })
      // A publish that gives up while it waits keeps its place until those before it have ended.
      const tail = previous === undefined ? ended : Promise.all([previous, ended]).then(() => undefined)
      tails.set(key, tail)
      const leave = (): void => {
        end()
        if (tails.get(key) === tail) tails.delete(key)
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
