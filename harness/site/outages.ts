/** Faults of a system's own processes, as far as it can have them. */

import type { Landed } from '../events/system.ts'
import { OUTAGE_KINDS, type OutageKind } from '../faults.ts'
import type { ActiveFault } from '../link/link.ts'
import type { PlannedOutage } from '../plan/plan.ts'
import type { RunningSystem, SystemServer } from '../system-contract.ts'

/** Ends an outage that has begun, and resolves with what it affected. */
type Ending = () => Promise<Landed>
/** `connections`: what clients hold to the system just now. */
type Begin = (server: SystemServer, connections: number) => Promise<Ending>

/** It strikes every connection that is open then, and those that are made while it lasts. */
const pause: Begin = async (server, connections) => {
  await server.pause()
  return async () => {
    await server.resume()
    return { connections, bytes: 0 }
  }
}

const restart: Begin = async (server, connections) => {
  await server.kill()
  return async () => {
    await server.restart()
    return { connections, bytes: 0 }
  }
}

/** Null where the server cannot have this outage. */
function beginOf(kind: OutageKind, server: SystemServer): Begin | null {
  const { loseDisk, isolate, rejoin, moveLeaders, returnLeaders } = server
  switch (kind) {
    case 'pause':
      return pause
    case 'restart':
      return restart
    case 'lose-disk':
      return loseDisk
        ? async (_server, connections) => {
            const end = await restart(server, connections)
            await loseDisk()
            return end
          }
        : null
    case 'isolate':
      return isolate && rejoin
        ? async () => {
            await isolate()
            return async () => ({ connections: 0, bytes: await rejoin() })
          }
        : null
    case 'clock-step':
      return null
    case 'move-leader':
      return moveLeaders && returnLeaders
        ? async (_server, connections) => {
            const moved = await moveLeaders()
            return async () => {
              await returnLeaders()
              return { connections: moved === 0 ? 0 : connections, bytes: 0 }
            }
          }
        : null
  }
}

/** The outages that every process of the system can have. */
export function outageKindsOf({ servers = [] }: Pick<RunningSystem, 'servers'>): readonly OutageKind[] {
  if (servers.length === 0) return []
  return OUTAGE_KINDS.filter((kind) => servers.every((node) => beginOf(kind, node) !== null))
}

export interface OutageOptions {
  readonly system: Pick<RunningSystem, 'servers'>
  /** Index of the node that the plan calls 0. */
  readonly first: number
  readonly connections: () => number
}

/** Begins outages; what is done to one server is done one after the other. Null where the system cannot have it. */
export function createOutages({ system: { servers = [] }, first, connections }: OutageOptions) {
  const turns = new Map<SystemServer, Promise<unknown>>()
  const inTurn = <T>(server: SystemServer, work: () => Promise<T>): Promise<T> => {
    const done = (turns.get(server) ?? Promise.resolve()).then(work)
    // Its caller receives the failure; the next one only waits for it.
    turns.set(
      server,
      done.catch(() => undefined),
    )
    return done
  }
  return async ({ kind, server: index }: PlannedOutage): Promise<ActiveFault | null> => {
    const server = servers[(first + index) % Math.max(1, servers.length)]
    const begin = server === undefined ? null : beginOf(kind, server)
    if (server === undefined || begin === null) return null
    const end = await inTurn(server, () => begin(server, connections()))
    return { heal: () => inTurn(server, end) }
  }
}

/** The same, and since when no outage is active, ms of `now`; infinity while one is. */
export function watchOutages(begin: ReturnType<typeof createOutages>, now: () => number) {
  let underWay = 0
  let last = 0
  const over = (): void => {
    underWay -= 1
    last = now()
  }
  return {
    quietSince: () => (underWay === 0 ? last : Number.POSITIVE_INFINITY),
    async begin(planned: PlannedOutage): Promise<ActiveFault | null> {
      underWay += 1
      const active = await begin(planned)
      if (active === null) over()
      return active && { heal: () => active.heal().finally(over) }
    },
  }
}
