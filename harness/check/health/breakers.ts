import type { BreakerState } from '../../adapter.ts'
import type { Event } from '../event.ts'
import { isBefore, listIn, type Moment } from '../tracker/moment.ts'

/** A state of a breaker, and since when. */
export interface BreakerChange extends Moment {
  readonly to: BreakerState
}

export interface Breakers {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  /** The last change of the node's breaker before the moment; a breaker is closed until a change is reported. */
  before(node: string, moment: Moment): BreakerChange
}

const START: BreakerChange = { at: Number.NEGATIVE_INFINITY, seq: -1, to: 'closed' }

/** The states of each node's breaker, as its bus reports them. */
export function createBreakers(): Breakers {
  const changes = new Map<string, BreakerChange[]>()
  return {
    takes: ['breaker-changed'],
    step(event, moment) {
      if (event.type === 'breaker-changed') listIn(changes, event.node).push({ ...moment, to: event.to })
    },
    before: (node, moment) => changes.get(node)?.findLast((change) => isBefore(change, moment)) ?? START,
  }
}
