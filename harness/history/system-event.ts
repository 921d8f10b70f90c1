/** What the witness saw, with a client of its own that no fault touches, and what the links prove of faults. */
import type { Position, Role } from '../adapter.ts'
import type { Direction, FaultKind, OutageKind } from '../plan/plan.ts'
import type { At, Content, Digest, SeenRow } from './seen.ts'

/** What a fault touched while it was active. A fault that touched nothing did not land. */
export interface Landed {
  /** Connections refused, reset or cut. */
  readonly connections: number
  /** Bytes held back, lost, delayed or sliced. */
  readonly bytes: number
}

export const hasLanded = (landed: Landed): boolean => landed.connections > 0 || landed.bytes > 0

/** From then on the system has nothing of what it had stored, and other messages come to lie where the former ones lay. */
export const isDiskLoss = (event: { readonly type: string; readonly kind?: unknown }): boolean =>
  event.type === 'fault' && event.kind === 'lose-disk'

export type SystemEvent =
  /** A publish request for this message reached the system, stored or not. Live witnesses only. */
  | (At & { readonly type: 'received'; readonly op: string; readonly topic: string })
  /** Stored in a topic that is not a dead-letter topic. `after`: read at the end of the run, so `at` says nothing. */
  | (At & {
      readonly type: 'stored'
      readonly op: string | null
      readonly position: Position
      readonly content: Content
    })
  /** Stored in a dead-letter topic; `fields` are the headers that dead-lettering added, redacted, as text. */
  | (At & {
      readonly type: 'dead-letter'
      readonly op: string | null
      readonly position: Position
      readonly content: Content
      readonly fields: Readonly<Record<string, string>>
    })
  /** The group's committed position was `next` or more at `at` (live: at once; after: polled, so it happened before). */
  | (At & {
      readonly type: 'position'
      readonly group: string
      readonly topic: string
      readonly partition: number
      readonly next: number
    })
  /** Every row that the witness found stored when the run had ended, where it can read them. */
  | (At & { readonly type: 'rows'; readonly rows: readonly SeenRow[] })
  /** The harness has stored there, past every link, a record that the adapter's codec cannot read; it has no key. */
  | (At & { readonly type: 'poison'; readonly position: Position; readonly value: Digest })
  | (At & {
      readonly type: 'fault'
      readonly fault: number
      readonly kind: FaultKind | OutageKind
      /** `system`: a process of the system itself, and so every role. */
      readonly role: Role | 'system'
      readonly direction: Direction
    })
  | (At & {
      readonly type: 'healed'
      readonly fault: number
      readonly kind: FaultKind | OutageKind
      readonly role: Role | 'system'
      readonly landed: Landed
    })
