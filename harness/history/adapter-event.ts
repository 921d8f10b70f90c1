/** What the adapter reports of itself. */
import type { BreakerState, BusStats, Position } from '../adapter.ts'
import type { OnNode, SeenError } from './seen.ts'

export type AdapterEvent =
  | (OnNode & { readonly type: 'attempt-began'; readonly op: string; readonly attempt: number })
  | (OnNode & {
      readonly type: 'attempt-ended'
      readonly op: string
      readonly attempt: number
      readonly outcome: 'ok' | 'failed' | 'cancelled'
      readonly error?: SeenError
    })
  | (OnNode & { readonly type: 'breaker-changed'; readonly from: BreakerState; readonly to: BreakerState })
  /** What became of a publish that had been queued. */
  | (OnNode & {
      readonly type: 'settled'
      readonly op: string
      readonly status: 'acknowledged' | 'failed'
      readonly position?: Position
      readonly error?: SeenError
    })
  /** Nothing is queued any more. */
  | (OnNode & { readonly type: 'drained'; readonly recovered: number; readonly failed: number })
  | (OnNode & {
      readonly type: 'assigned' | 'revoked'
      readonly consumer: string
      readonly partitions: readonly { readonly topic: string; readonly partition: number }[]
    })
  | (OnNode & {
      readonly type: 'committed'
      readonly consumer: string
      readonly group: string
      readonly topic: string
      readonly partition: number
      readonly next: number
    })
  | (OnNode & {
      readonly type: 'dead-lettered'
      readonly consumer: string
      readonly group: string
      readonly position: Position
    })
  | (OnNode & {
      readonly type: 'passed-over'
      readonly consumer: string
      readonly group: string
      readonly position: Position
      readonly why: 'duplicate' | 'expired'
    })
  /** An error that the bus kept to itself, and went on. */
  | (OnNode & {
      readonly type: 'suppressed'
      readonly consumer?: string
      readonly during: string
      readonly times: number
      readonly error: SeenError
    })
  /** What the bus answered when it was asked for its statistics, after a publish had settled, or when all was calm. */
  | (OnNode & {
      readonly type: 'stats'
      /** As of `resources`. */
      readonly when: 'traffic' | 'calm'
      /** Null where it gave none. */
      readonly stats: BusStats | null
      readonly error?: SeenError
    })
