/** What a plan wanted to happen to links, servers and nodes, and what of it did not. */

import type { Event } from '../events/kinds.ts'
import { hasLanded } from '../events/system.ts'
import { faultName, outageName } from '../faults.ts'
import type { Plan } from '../plan/plan.ts'

/** One fault, outage or kill of a plan. */
export interface Missed {
  /** Faults first, then outages, then kills, each in the plan's order. */
  readonly number: number
  /** In words that a sentence can begin with: `reset on publish, 300 ms after traffic began`. */
  readonly name: string
}

/** Those of the plan's faults, outages and kills that touched nothing in a run of it, or never began. */
export function missedIn(plan: Plan, events: readonly Event[]): readonly Missed[] {
  const landed = new Set(
    events.flatMap((event) => (event.type === 'healed' && hasLanded(event.landed) ? event.fault : [])),
  )
  const killed = new Set(events.flatMap((event) => (event.type === 'killed' ? event.node : [])))
  const acts = [
    ...plan.faults.map(({ kind, direction, role, at }) => ({ what: `${faultName(kind, direction)} on ${role}`, at })),
    ...plan.outages.map(({ kind, at }) => ({ what: outageName(kind), at })),
  ].map((act, number) => ({ ...act, happened: landed.has(number) }))
  const kills = plan.kills.map(({ node, at }) => {
    const name = `n${node % plan.nodes}`
    return { what: `kill of node ${name}`, at, happened: killed.has(name) }
  })
  return [...acts, ...kills].flatMap(({ what, at, happened }, number) =>
    happened ? [] : [{ number, name: `${what}, ${at} ms after traffic began` }],
  )
}
