/** Has the system store what the adapter's codec cannot read. */

import type { Event } from '../events/kinds.ts'
import { digestBytes } from '../history/digest.ts'
import { poisonBytes } from '../plan/message.ts'
import type { Plan, PlannedPoison } from '../plan/plan.ts'
import type { RunEnvironment } from './environment.ts'
import type { Nodes } from './nodes.ts'

interface Run {
  readonly plan: Plan
  readonly environment: RunEnvironment
  readonly nodes: Nodes
  readonly record: (event: Event) => void
}

export interface Poisons {
  /** Begins to; a system that is down takes it once it is back. */
  store(index: number, poison: PlannedPoison): void
  /** Resolves once all of it is stored; rejects where some of it could not be. */
  stored(): Promise<void>
}

export function createPoisons({ plan, environment, nodes, record }: Run): Poisons {
  const storing: Promise<void>[] = []
  const store = async (index: number, { topic }: PlannedPoison): Promise<void> => {
    const name = nodes.topics[topic % nodes.topics.length]
    const value = poisonBytes(plan, index)
    const position = name === undefined ? null : await environment.poison(name, value)
    if (position !== null) record({ type: 'poison', at: environment.now(), position, value: digestBytes(value) })
  }
  return {
    store(index, poison) {
      const stored = store(index, poison)
      // Told when all are waited for.
      stored.catch(() => undefined)
      storing.push(stored)
    },
    stored: async () => void (await Promise.all(storing)),
  }
}
