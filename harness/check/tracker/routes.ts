import { type Unhandled, unhandledBecause } from '../../claims/dispatch-values.ts'
import { keptValue } from '../../claims/envelope-values.ts'
import type { RunHeader } from '../../history/header.ts'
import { redrivenOp } from '../../history/op.ts'
import type { Event } from '../event.ts'
import type { Envelopes } from './envelopes.ts'
import type { Operations } from './operations.ts'

/** Which messages have a handler in which groups, if types are registered. */
export interface Routes {
  readonly takes: readonly Event['type'][]
  step(event: Event): void
  /** The types that the group registered; null if it registers none and gets everything. */
  typesOf(group: string): readonly string[] | null
  /** Why the message has no handler in the group; nothing if it has one, or nobody published it. */
  why(group: string, op: string): readonly Unhandled[]
  /** The type that its caller gave in another spelling than the one that the bus claims; null if it did not. */
  respelled(op: string): string | null
}

export function createRoutes({ claims }: RunHeader, operations: Operations, envelopes: Envelopes): Routes {
  const { dispatch, envelope } = claims
  const registered = new Map<string, readonly string[]>()

  /** What the field holds once the bus has taken the message, by what its caller gave. */
  const heldIn = (op: string, name: string): string | null => {
    const absent = envelope?.fields[name]?.absent
    return envelopes.of(op)?.given.get(name) ?? (typeof absent === 'object' && 'value' in absent ? absent.value : null)
  }

  return {
    takes: dispatch === undefined ? [] : ['subscribe'],
    step(event) {
      if (event.type === 'subscribe' && event.types !== undefined) registered.set(event.group, event.types)
    },
    typesOf: (group) => registered.get(group) ?? null,
    why(group, copy) {
      const types = registered.get(group)
      const op = redrivenOp(copy) ?? copy
      const topic = operations.get(op)?.topic
      if (dispatch === undefined || envelope === undefined || types === undefined || topic === undefined) return []
      const { type, category } = dispatch
      const message = { type: heldIn(op, type), category: heldIn(op, category), topic, types }
      return unhandledBecause(dispatch, envelope, message)
    },
    respelled(op) {
      const field = envelope?.fields[dispatch?.type ?? '']
      const given = envelopes.of(op)?.given.get(dispatch?.type ?? '')
      return field === undefined || given === undefined || keptValue(field, given) === given ? null : given
    },
  }
}
