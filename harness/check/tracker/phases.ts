import type { Phase } from '../../events/kinds.ts'
import type { Event } from '../event.ts'
import type { Moment } from './moment.ts'

export interface Phases {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  /** When the phase began; null when it never did. */
  began(phase: Phase): Moment | null
}

export function createPhases(): Phases {
  const begun = new Map<Phase, Moment>()
  return {
    takes: ['phase'],
    step(event, moment) {
      if (event.type === 'phase' && !begun.has(event.phase)) begun.set(event.phase, moment)
    },
    began: (phase) => begun.get(phase) ?? null,
  }
}
