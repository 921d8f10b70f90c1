/** Watchers on two taps that prove what happened to the bytes between them. They change nothing. */
import type { Landed } from '../history/event.ts'
import type { Direction } from '../plan/plan.ts'
import type { Tap } from './tap.ts'
import type { Arrival, LaneFault } from './tap-fault.ts'

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

const watching = (saw: (bytes: number) => void): LaneFault => ({
  arrive(_connection, chunk): Arrival {
    saw(chunk.length)
    return { pass: chunk, reset: null }
  },
  landed: () => ({ connections: 0, bytes: 0 }),
})

/** Not a watcher: an orderly end on this lane becomes a reset. */
export const endsBecomeResets = (): LaneFault => ({ ...watching(() => {}), endsAsReset: true })

/**
 * Bytes count as held back when they have not come through after half the time that the fault should hold them.
 * `expected`: that time for so many bytes, ms.
 */
export function heldBack({ direction, near, far }: Sides, expected: (bytes: number) => number): Proof {
  const gapBefore = near.counts()[direction].in - far.counts()[direction].in
  const checks = new Map<NodeJS.Timeout, () => void>()
  let bytes = 0
  const unwatch = near.add(
    direction,
    watching((length) => {
      const through = near.counts()[direction].in - gapBefore
      const check = (): void => {
        if (far.counts()[direction].in < through) bytes += length
      }
      const timer = setTimeout(
        () => {
          checks.delete(timer)
          check()
        },
        Math.min(MAX_WAIT, Math.max(1, expected(length) / 2)),
      )
      checks.set(timer, check)
    }),
  )
  return {
    end() {
      unwatch()
      for (const [timer, check] of checks) {
        clearTimeout(timer)
        check()
      }
      return { connections: 0, bytes }
    },
  }
}

/** What is expected to stand still for ever is looked at after this time, ms. */
const MAX_WAIT = 20_000

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
