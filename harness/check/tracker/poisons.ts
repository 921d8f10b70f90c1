import type { RunHeader } from '../../history/header.ts'
import type { Event, EventOf, Position } from '../event.ts'
import { originalOf } from './dead-letters.ts'
import { join, listIn, type Moment } from './moment.ts'
import { placeOf } from './positions.ts'

/** A record that cannot be read. */
export interface Poison extends Moment {
  readonly position: Position
  readonly value: string
}

export interface PoisonLetter extends Moment {
  readonly found: EventOf<'dead-letter'>
}

/** The unreadable records that the harness stored, and their dead letters, which name no message: they are kept apart. */
export interface Poisons {
  /** Whether the event belongs to them, and to nothing else. */
  step(event: Event, moment: Moment): boolean
  /** Other records get their positions afterwards. */
  forgetPlaces(): void
  readonly all: readonly Poison[]
  /** Those of this group, if given, and those that do not name their group. */
  letters(poison: Poison, group?: string): readonly PoisonLetter[]
  /** When its first dead letter was accepted, at the earliest; null if that is unknown. */
  takenAt(poison: Poison, group: string): Moment | null
}

export function createPoisons({ witness }: RunHeader): Poisons {
  const all: Poison[] = []
  const letters = new Map<string, PoisonLetter[]>()
  const reports = new Map<string, Moment>()
  const of: Poisons['letters'] = ({ position }, group) =>
    (letters.get(placeOf(position)) ?? []).filter(({ found }) => {
      const told = found.fields['original_group']
      return group === undefined || told === undefined || told === group
    })

  return {
    forgetPlaces: () => letters.clear(),
    all,
    letters: of,
    takenAt(poison, group) {
      if (witness === 'live') return of(poison, group)[0] ?? null
      return reports.get(join(group, placeOf(poison.position))) ?? null
    },
    step(event, moment) {
      if (event.type === 'poison') {
        all.push({ ...moment, position: event.position, value: event.value })
        letters.set(placeOf(event.position), [])
        return true
      }
      if (event.type === 'dead-lettered') {
        // This may be reported before the record at the position is known.
        const key = join(event.group, placeOf(event.position))
        if (!reports.has(key)) reports.set(key, moment)
      }
      if (event.type !== 'dead-letter') return false
      const original = originalOf(event)
      if (original === null || !letters.has(placeOf(original))) return false
      listIn(letters, placeOf(original)).push({ ...moment, found: event })
      return true
    },
  }
}
