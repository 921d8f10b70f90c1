/** Messages that were not handed to the handler, because their id was known or their time was over. */
import type { Event, EventOf } from '../event.ts'
import type { Delivered, Deliveries } from './deliveries.ts'
import { isBefore, join, listIn, type Moment } from './moment.ts'
import type { Operations } from './operations.ts'
import type { Positions } from './positions.ts'

export interface Pass extends Moment {
  readonly event: EventOf<'skipped'>
  /** Null if the message at its position is unknown. */
  readonly op: string | null
}

/** Ask at the end: where messages lie may be known late. */
export interface Passes {
  readonly takes: readonly Event['type'][]
  step(event: Event, moment: Moment): void
  /** See {@link Positions.forgetPlaces}. */
  forgetPlaces(): void
  all(): readonly Pass[]
  /** When the group first skipped this message rightly; null if it never did. */
  warrantedAt(group: string, op: string): Moment | null
  /** Calls of the group's handlers with messages of this id, in order. */
  callsOf(group: string, id: string): readonly Delivered[]
}

export function createPasses(operations: Operations, deliveries: Deliveries, positions: Positions): Passes {
  const seen: { readonly event: EventOf<'skipped'>; readonly moment: Moment }[] = []
  let calls: { readonly size: number; readonly by: Map<string, Delivered[]> } | null = null
  let index: { readonly size: number; readonly by: Map<string, Pass[]> } | null = null

  const callsOf = (group: string, id: string): readonly Delivered[] => {
    if (calls?.size !== deliveries.all.length) {
      const by = new Map<string, Delivered[]>()
      for (const call of deliveries.all) {
        const found = operations.get(call.op)?.id ?? null
        if (found !== null) listIn(by, join(call.group, found)).push(call)
      }
      calls = { size: deliveries.all.length, by }
    }
    return calls.by.get(join(group, id)) ?? []
  }
  const all = (): readonly Pass[] =>
    seen.map(({ event, moment }) => ({ ...moment, event, op: positions.opAt(event.position) }))
  const isWarranted = (group: string, pass: Pass): boolean => {
    const { id = null, ttlMs = null } = operations.get(pass.op) ?? {}
    if (pass.event.why === 'expired') return ttlMs !== null
    return id !== null && callsOf(group, id).some(({ handled }) => handled?.outcome === 'ok' && isBefore(handled, pass))
  }

  return {
    takes: ['skipped'],
    step(event, moment) {
      if (event.type === 'skipped') seen.push({ event, moment })
    },
    forgetPlaces() {
      seen.length = 0
      index = null
    },
    all,
    warrantedAt(group, op) {
      if (seen.length === 0) return null
      if (index?.size !== seen.length) {
        const by = new Map<string, Pass[]>()
        for (const pass of all()) listIn(by, join(pass.event.group, pass.op ?? '')).push(pass)
        index = { size: seen.length, by }
      }
      return index.by.get(join(group, op))?.find((pass) => isWarranted(group, pass)) ?? null
    },
    callsOf,
  }
}
