import type { Event } from '../event.ts'
import type { Ledger } from '../tracker/ledger.ts'

/** The first request for a publish that reached the system before an attempt had begun that could have sent it. */
export interface Excess {
  readonly at: number
  readonly received: number
  readonly begun: number
}

export interface Surplus {
  /** The ledger knows the event already. */
  readonly takes: readonly Event['type'][]
  step(event: Event): void
  of(op: string): Excess | null
}

/** Compared at each request, since later attempts would hide what a client library had sent on its own before. */
export function createSurplus({ operations, nodes }: Ledger): Surplus {
  const first = new Map<string, Excess>()
  return {
    takes: ['received'],
    step(event) {
      if (event.type !== 'received' || first.has(event.op)) return
      const operation = operations.get(event.op)
      // A dead letter keeps the op of its message; a process that ended may have taken its last reports with it.
      if (operation === undefined || operation.topic !== event.topic) return
      if ((nodes.get(operation.node)?.exited ?? null) !== null) return
      const received = operations.receivedOf(operation)
      const begun = operation.attempts.length
      if (received > begun) first.set(event.op, { at: event.at, received, begun })
    },
    of: (op) => first.get(op) ?? null,
  }
}
