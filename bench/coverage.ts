/** What a run reached, by its history: how a breaker had last changed, what was wrong at the time, and what came of it. */

import type { Event, EventOf } from '../harness/events/kinds.ts'
import { faultName } from '../harness/faults.ts'

/** Such as `closed > open | black-hole down of publish | published failed TIMEOUT`, each once. */
export function featuresOf(events: Iterable<Event>): ReadonlySet<string> {
  const features = new Set<string>()
  const changes = new Map<string, string>()
  const wrong = new Map<string, string>()
  for (const event of events) {
    if (event.type === 'fault') wrong.set(idOf(event), `${faultName(event.kind, event.direction)} of ${event.role}`)
    if (event.type === 'healed') wrong.delete(idOf(event))
    if (event.type === 'breaker-changed') changes.set(event.node, `${event.from} > ${event.to}`)
    const outcome = outcomeOf(event)
    if (outcome === null) continue
    const change = 'node' in event ? (changes.get(event.node) ?? 'closed') : 'closed'
    for (const fault of wrong.size === 0 ? ['nothing'] : wrong.values())
      features.add(`${change} | ${fault} | ${outcome}`)
  }
  return features
}

/** Outages and faults of links are counted apart. */
const idOf = ({ kind, fault }: EventOf<'fault'> | EventOf<'healed'>): string => `${kind} ${fault}`

function outcomeOf(event: Event): string | null {
  switch (event.type) {
    case 'published':
    case 'settled':
      return `${event.type} ${event.status} ${event.error?.code ?? 'well'}`
    case 'attempt-ended':
      return `${event.type} ${event.outcome} ${event.error?.code ?? 'well'}`
    case 'handled':
      return `${event.type} ${event.outcome}`
    case 'breaker-changed':
    case 'dead-lettered':
    case 'revoked':
    case 'killed':
    case 'closed':
      return event.type
    default:
      return null
  }
}
