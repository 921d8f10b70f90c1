/** The links of a lane during one run: what goes through them is evidence, and the publish requests on them are events. */
import { ROLES, type Role } from '../adapter.ts'
import type { Event } from '../events/kinds.ts'
import { type Direction, linkFaultKind } from '../faults.ts'
import { opIn } from '../history/op.ts'
import type { Link } from '../link/link.ts'
import type { RequestLog } from '../link/requests.ts'
import { isUsedOp } from '../plan/message.ts'
import type { PlannedFault } from '../plan/plan.ts'
import { createEvidence, type ProducingRole } from './evidence.ts'

export interface WatchableLink extends Link {
  /** What clients ask to store; null where the system's protocol does not let a link see that. */
  readonly requests: RequestLog | null
  /** Takes the direction of everything that arrives at the link from now on; null for no receiver. */
  watch(listener: ((direction: Direction) => void) | null): void
}

export interface WatchedLinks {
  readonly links: Readonly<Record<Role, Link>>
  /** Like that of the run's environment. */
  keepFlows(kept: boolean): void
  /** Takes every event of the run, the witness's too. */
  step(event: Event): void
  /** Throws SiteError when the adapter's traffic went past the links, or their requests could not be read. */
  conclude(): void
}

const PRODUCING: readonly ProducingRole[] = ['publish', 'dead-letter']

export function watchLinks(
  links: Readonly<Record<Role, WatchableLink>>,
  { now, record }: { readonly now: () => number; readonly record: (event: Event) => void },
): WatchedLinks {
  const evidence = createEvidence(now)
  let isKept = true
  const read = PRODUCING.filter((role) => links[role].requests !== null)
  for (const role of read) {
    links[role].requests?.listen(({ topic, headers }) => {
      const op = opIn(headers)
      if (op === null || isUsedOp(op)) return
      evidence.requested(role, op)
      record({ type: 'received', at: now(), op, topic })
    })
  }
  return {
    links: Object.fromEntries(
      ROLES.map((role) => [
        role,
        watched(links[role], (direction) => {
          if (isKept) evidence.flowed(role, direction)
        }),
      ]),
    ) as Record<Role, Link>,
    keepFlows(kept) {
      isKept = kept
    },
    step(event) {
      if (!('op' in event) || event.op === null || !isUsedOp(event.op)) evidence.step(event)
    },
    conclude() {
      for (const role of ROLES) {
        links[role].watch(null)
        links[role].requests?.listen(null)
      }
      for (const role of read) {
        const failure = links[role].requests?.failure() ?? null
        if (failure !== null) throw failure
      }
      evidence.conclude(read)
    },
  }
}

/** What disappears in a black hole does not go through. */
function watched(link: WatchableLink, flowed: (direction: Direction) => void): Link {
  const holes = new Set<PlannedFault>()
  link.watch((direction) => {
    for (const hole of holes) if (hole.direction === direction) return
    flowed(direction)
  })
  return {
    role: link.role,
    connections: () => link.connections(),
    async apply(fault) {
      const active = await link.apply(fault)
      if (linkFaultKind(fault.kind).swallows) holes.add(fault)
      return {
        heal: async () => {
          holes.delete(fault)
          return await active.heal()
        },
      }
    },
    [Symbol.asyncDispose]: () => link[Symbol.asyncDispose](),
  }
}
