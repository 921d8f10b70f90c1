/** Keeps a partition with its member while a message of it is being handled: the group is joined again only then. */
import type { Broker, Cluster } from 'kafkajs'
import type { Bell } from './bell.ts'

export interface Gate {
  /**
   * Makes each join of the group wait until the gate is empty, at most `within` ms. `onHalfway` is called if kafkajs does not
   * finish a join: the group may then count a member that does not know its assignment.
   */
  guard(cluster: Cluster, within: number, onHalfway: (cause: unknown) => void): void
  /** Resolves when the gate is open, or the signal aborts. */
  open(signal: AbortSignal): Promise<void>
  isShut(): boolean
  /** Inside from now on, until the function is called. */
  enter(): () => void
  reopen(): void
}

/** The types of kafkajs leave these two out. */
interface Coordinator extends Broker {
  joinGroup(request: unknown): Promise<unknown>
  syncGroup(request: unknown): Promise<unknown>
}

export function createGate(bell: Bell): Gate {
  let shut = false
  let inside = 0
  const emptied = async (within: number): Promise<void> => {
    const until = performance.now() + within
    shut = true
    for (;;) {
      // Between a handler's end and its commit lie only microtasks, or a commit before it, which is inside while it is under way.
      await new Promise((resolve) => setImmediate(resolve))
      const left = until - performance.now()
      if (inside === 0 || left <= 0 || !shut) return
      await bell.wait(left)
    }
  }
  const reopen = (): void => {
    shut = false
    bell.ring()
  }
  const watched = new WeakSet<Coordinator>()
  const watch = (coordinator: Coordinator, onHalfway: (cause: unknown) => void): Coordinator => {
    if (watched.has(coordinator)) return coordinator
    watched.add(coordinator)
    const join = coordinator.joinGroup.bind(coordinator)
    const sync = coordinator.syncGroup.bind(coordinator)
    coordinator.joinGroup = (request) =>
      join(request).catch((error: unknown) => {
        // Refused, so that everything is as before; kafkajs goes on as if it had not asked.
        if (isFinal(error) && isAnswer(error)) reopen()
        throw error
      })
    coordinator.syncGroup = (request) =>
      sync(request).catch((error: unknown) => {
        if (isFinal(error)) onHalfway(error)
        throw error
      })
    return coordinator
  }
  return {
    guard(cluster, within, onHalfway) {
      const find = cluster.findGroupCoordinator.bind(cluster)
      // The one thing that kafkajs awaits before each join, and calls for nothing else.
      cluster.findGroupCoordinator = async (group) => {
        await emptied(within)
        try {
          return watch((await find(group)) as Coordinator, onHalfway)
        } catch (error) {
          if (isFinal(error)) reopen()
          throw error
        }
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
    reopen,
  }
}

const typeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined

/** After any other refusal kafkajs joins again by itself. */
const isFinal = (error: unknown): boolean => !JOINS_AGAIN.has(typeOf(error))
const JOINS_AGAIN: ReadonlySet<unknown> = new Set([
  'REBALANCE_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
])
/** The broker's own word, and not the lack of one. */
const isAnswer = (error: unknown): boolean => typeof typeOf(error) === 'string'
