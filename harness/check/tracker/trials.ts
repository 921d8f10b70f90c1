import type { TrialKind } from '../../events/caller.ts'
import type { SeenError } from '../../events/parts.ts'
import type { Event, EventOf } from '../event.ts'
import type { Moment } from './moment.ts'

/** One thing that the bus was tried with and must refuse. */
export interface Trial {
  readonly trial: string
  readonly what: TrialKind
  readonly node: string
  /** The name and the value of a bad field of the envelope; null for any other trial. */
  readonly field: readonly [name: string, value: string] | null
  readonly began: Moment
  ended: (Moment & { readonly outcome: 'refused' | 'taken'; readonly error: SeenError | null }) | null
  /** The first sign that something of it went to the system, in words. */
  sent: (Moment & { readonly sign: Event['type']; readonly how: string }) | null
}

export interface Trials {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  get(trial: string | null): Trial | undefined
  all(): Iterable<Trial>
}

/** What tells that a message was on its way, by the type of the event. */
const SIGNS: Readonly<Partial<Record<Event['type'], string>>> = {
  'attempt-began': 'an attempt began',
  received: 'a request reached the system',
  stored: 'the system stored it',
}

export function createTrials(): Trials {
  const trials = new Map<string, Trial>()
  return {
    takes: ['trial', 'trial-ended', 'attempt-began', 'received', 'stored'],
    step(event, moment) {
      if (event.type === 'trial') {
        const { trial, what, node, field = null } = event
        trials.set(trial, { trial, what, node, field, began: moment, ended: null, sent: null })
      } else if (event.type === 'trial-ended') {
        const found = trials.get(event.trial)
        if (found !== undefined) found.ended ??= endOf(event, moment)
      } else if (trials.size > 0 && 'op' in event && event.op !== null) {
        const found = trials.get(event.op)
        const how = SIGNS[event.type]
        if (found !== undefined && how !== undefined) found.sent ??= { ...moment, sign: event.type, how }
      }
    },
    get: (trial) => (trial === null ? undefined : trials.get(trial)),
    all: () => trials.values(),
  }
}

const endOf = ({ outcome, error }: EventOf<'trial-ended'>, moment: Moment): Trial['ended'] => ({
  ...moment,
  outcome,
  error: error ?? null,
})
