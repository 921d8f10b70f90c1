/** Has the system store what the adapter's codec cannot read. */
import { digestBytes } from '../history/digest.ts'
import type { Event } from '../history/event.ts'
import { poisonBytes } from '../plan/message.ts'
import type { Plan, PlannedPoison } from '../plan/plan.ts'
import type { Ground } from './ground.ts'
import type { Nodes } from './nodes.ts'

interface Run {
  readonly plan: Plan
  readonly ground: Ground
  readonly nodes: Nodes
  readonly record: (event: Event) => void
}

export const poisonOn =
  ({ plan, ground, nodes, record }: Run) =>
  async (index: number, { topic }: PlannedPoison): Promise<void> => {
    const name = nodes.topics[topic % nodes.topics.length]
    const value = poisonBytes(plan, index)
    const position = name === undefined ? null : await ground.poison(name, value)
    if (position !== null) record({ type: 'poison', at: ground.now(), position, value: digestBytes(value) })
  }
