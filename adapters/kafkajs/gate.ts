/** Keeps a partition with its member while a message of it is being handled: the group is joined again only then. */
import type { Cluster } from 'kafkajs'
import type { Bell } from './bell.ts'

export interface Gate {
  /** Makes each join of the group wait, `within` ms at most, until nobody is inside. */
  guard(cluster: Cluster, within: number): void
  /** Resolves when the gate is open, or the signal aborts. */
  open(signal: AbortSignal): Promise<void>
  isShut(): boolean
  /** Inside from now on, until the function is called. */
  enter(): () => void
  reopen(): void
}

export function createGate(bell: Bell): Gate {
  let shut = false
  let inside = 0
  const emptied = async (within: number): Promise<void> => {
    const until = performance.now() + within
    shut = true
    for (;;) {
      // Between a handler's end and its commit lie only microtasks.
      await new Promise((resolve) => setImmediate(resolve))
      const left = until - performance.now()
      if (inside === 0 || left <= 0 || !shut) return
      await bell.wait(left)
    }
  }
  return {
    guard(cluster, within) {
      const find = cluster.findGroupCoordinator.bind(cluster)
      // The one thing that kafkajs awaits before each join, and calls for nothing else.
      cluster.findGroupCoordinator = async (group) => {
        await emptied(within)
        return await find(group)
      }
    },
    async open(signal) {
      while (shut && !signal.aborted) await bell.wait(1_000, signal)
    },
    isShut: () => shut,
    enter() {
      let done = false
      inside += 1
      return () => {
        if (done) return
        done = true
        inside -= 1
        bell.ring()
      }
    },
    reopen() {
      shut = false
      bell.ring()
    },
  }
}
