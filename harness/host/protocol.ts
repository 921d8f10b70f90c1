/** What goes between a process host and its child, as JSON over the IPC channel. */
import type { Event } from '../events/kinds.ts'
import type { AdapterFacts } from '../load/adapter.ts'
import type { Command } from './host.ts'

export type ToChild =
  /** Answered by `pong` at once, unless the child is too busy to answer anything. */
  | { readonly type: 'ping' }
  /** First of all; answered by `ready` or `failed`. */
  | { readonly type: 'load'; readonly module: string }
  | { readonly type: 'command'; readonly id: number; readonly command: Command }
  /** Leave, and drop everything that is still pending. */
  | { readonly type: 'end' }

export type FromChild =
  | { readonly type: 'pong' }
  | { readonly type: 'ready'; readonly adapter: AdapterFacts }
  /** The adapter module could not be loaded; `isMisuse`: which its author or its user can cure. */
  | { readonly type: 'failed'; readonly isMisuse: boolean; readonly message: string }
  | { readonly type: 'event'; readonly event: Event }
  | { readonly type: 'done'; readonly id: number }
  /** The driver itself failed, or `isMisuse`: the adapter gave something of the wrong shape. */
  | { readonly type: 'broke'; readonly id: number; readonly isMisuse: boolean; readonly message: string }
  /** Seen in the child, stamped with the machine's monotonic clock; the parent makes an event of it. */
  | {
      readonly type: 'crashed'
      readonly at: number
      readonly how: 'unhandled-rejection' | 'uncaught-exception'
      readonly message: string
      /** Every text in what was thrown; the parent looks for secrets in them. */
      readonly texts: readonly string[]
    }
  /** The child stood still, on the machine's monotonic clock. */
  | { readonly type: 'stalled'; readonly from: number; readonly to: number; readonly waited?: number }
  | { readonly type: 'warned'; readonly at: number; readonly text: string; readonly texts: readonly string[] }
