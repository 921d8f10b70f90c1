/** Watchers on two taps that prove what happened to the bytes between them. They change nothing. */

import type { Landed } from '../events/system.ts'
import type { Direction } from '../faults.ts'
import { type StreamFault, watching } from './stream-fault.ts'
import type { Tap } from './tap.ts'

export interface Sides {
  readonly direction: Direction
  /** The tap that the bytes come from, and the one that they go to. */
  readonly near: Tap
  readonly far: Tap
}

export interface Proof {
  /** Stops watching. */
  end(): Landed
}

/** Not a watcher: an orderly end on this stream becomes a reset. */
export const endsBecomeResets = (): StreamFault => ({ ...watching(() => {}), endsAsReset: true })

/**
 * Bytes count as held back when they came through after at least half the time that the fault should hold them, or had not
 * come through when it ended. `expected`: that time for so many bytes, ms.
 */
export function heldBack({ direction, near, far }: Sides, expected: (bytes: number) => number): Proof {
  const read = (tap: Tap): number => tap.counts()[direction].in
  const gapBefore = read(near) - read(far)
  const underWay: { readonly through: number; readonly at: number; readonly length: number }[] = []
  let bytes = 0
  const arrived = (): void => {
    const now = performance.now()
    for (let first = underWay[0]; first !== undefined && read(far) >= first.through; first = underWay[0]) {
      underWay.shift()
      if (now - first.at >= expected(first.length) / 2) bytes += first.length
    }
  }
  const unwatch = [
    near.add(
      direction,
      watching((length) => underWay.push({ through: read(near) - gapBefore, at: performance.now(), length })),
    ),
    far.add(direction, watching(arrived)),
  ]
  return {
    end() {
      for (const end of unwatch) end()
      return { connections: 0, bytes: underWay.reduce((sum, { length }) => sum + length, bytes) }
    },
  }
}

/** Connections count when the far tap learnt of their end after at least half the delay, ms, or had not when it was over. */
export function endsHeldBack({ direction, near, far }: Sides, delay: number): Proof {
  const underWay: number[] = []
  let connections = 0
  const watchingEnds = (ended: () => void): StreamFault => ({ ...watching(() => {}), ended })
  const unwatch = [
    near.add(
      direction,
      watchingEnds(() => void underWay.push(performance.now())),
    ),
    far.add(
      direction,
      watchingEnds(() => {
        const at = underWay.shift()
        if (at !== undefined && performance.now() - at >= delay / 2) connections++
      }),
    ),
  ]
  return {
    end() {
      for (const end of unwatch) end()
      return { connections: connections + underWay.length, bytes: 0 }
    },
  }
}

/** Bytes count as sliced when they came in chunks longer than `size` and went out in more, smaller ones. */
export function sliced({ direction, near, far }: Sides, size: number): Proof {
  let long = 0
  let chunksIn = 0
  let chunksOut = 0
  const unwatch = [
    near.add(
      direction,
      watching((length) => {
        chunksIn++
        if (length > size) long += length
      }),
    ),
    far.add(
      direction,
      watching(() => void chunksOut++),
    ),
  ]
  return {
    end() {
      for (const end of unwatch) end()
      return { connections: 0, bytes: chunksOut > chunksIn ? long : 0 }
    },
  }
}
