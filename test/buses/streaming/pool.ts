import type { BusStats, Site } from '../../../harness/adapter.ts'
import { keepLine, type LineKeeper } from '../line.ts'
import { defer, orAborted } from './errors.ts'

export interface Pool {
  /** Lends a connection, until it is disposed of. Rejects if the signal aborts before one is free. */
  borrow(signal: AbortSignal): Promise<LineKeeper & Disposable>
  stats(): BusStats['connections']
  close(): void
}

/** Connections are made one by one, up to the most, and the one that came back last is lent first. */
export function createPool(site: Site, most: number): Pool {
  const all: LineKeeper[] = []
  const idle: LineKeeper[] = []
  const waiting: ((keeper: LineKeeper) => void)[] = []

  const giveBack = (keeper: LineKeeper): void => {
    const next = waiting.shift()
    if (next === undefined) idle.push(keeper)
    else next(keeper)
  }

  const lend = (keeper: LineKeeper): LineKeeper & Disposable => {
    let isLent = true
    return {
      ...keeper,
      [Symbol.dispose]() {
        if (isLent) giveBack(keeper)
        isLent = false
      },
    }
  }

  return {
    async borrow(signal) {
      signal.throwIfAborted()
      const free = idle.pop()
      if (free !== undefined) return lend(free)
      if (all.length < most) {
        const made = keepLine(site, 'publish')
        all.push(made)
        return lend(made)
      }
      const turn = defer<LineKeeper>()
      waiting.push(turn.resolve)
      try {
        return lend(await orAborted(turn.promise, signal))
      } catch (error) {
        const place = waiting.indexOf(turn.resolve)
        if (place !== -1) waiting.splice(place, 1)
        // It came too late.
        else void turn.promise.then(giveBack)
        throw error
      }
    },
    stats: () => ({
      total: all.length,
      active: all.length - idle.length,
      idle: idle.length,
      waiting: waiting.length,
    }),
    close() {
      for (const keeper of all) keeper.close()
    },
  }
}
