/** Traffic as planned: every entry of the timetable at its time. */
import type { Plan, PlannedPoison } from '../plan/plan.ts'
import { sleepUnless } from '../waiting.ts'
import type { Injection } from './injection.ts'
import type { Nodes } from './nodes.ts'
import { type Entry, timetable } from './timetable.ts'

interface Doing {
  readonly nodes: Nodes
  readonly injection: Injection
  /** Stores a record that cannot be read. */
  readonly poison: (index: number, poison: PlannedPoison) => void
}

export async function carryOut(
  plan: Plan,
  run: Doing & {
    readonly now: () => number
    /** How long it rests where the plan says so, ms. */
    readonly rest: number
    readonly isAborted: () => boolean
    readonly signal?: AbortSignal
  },
): Promise<void> {
  const began = run.now()
  for (const entry of timetable(plan, run.rest)) {
    const pause = began + entry.at - run.now()
    if (pause > 0) await sleepUnless(run.signal, pause)
    if (run.isAborted()) return
    await doNow(entry, run)
  }
}

async function doNow(entry: Entry, { nodes, injection, poison }: Doing): Promise<void> {
  switch (entry.do) {
    case 'fault':
      return await injection.fault(entry.index)
    case 'outage':
      return injection.outage(entry.index)
    case 'heal':
      return await injection.heal(entry.index)
    case 'join':
      return nodes.join(entry.index, entry.consumer)
    case 'leave':
      return nodes.leave(entry.index)
    case 'publish':
      return nodes.publish(entry.index, entry.message)
    case 'poison':
      return poison(entry.index, entry.poison)
    case 'kill':
      return await nodes.kill(entry.node)
    case 'close':
      return nodes.close(entry.close.node, entry.close.calls)
    case 'ask':
      return await nodes.ask(entry.node, entry.ask)
  }
}
