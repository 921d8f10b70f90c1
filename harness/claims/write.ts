import { z } from 'zod'
import type { BusError, Message, Row } from '../vocabulary.ts'
import { type ClaimDescriptor, method } from './descriptor.ts'

/** `Bus.write` stores a row of the application and publishes its event. */
export interface WriteClaim {
  /** `required`: a write whose event cannot be published fails, and stores no row. `optional`: the row is stored, and the receipt says so. */
  readonly event: 'required' | 'optional'
  /** The event of every committed row is eventually published, in commit order, even after a crash. */
  readonly outbox?: true
}

export interface WriteMessage {
  /**
   * The message is the event of a row, and the application commits or rolls back; null or absent for a plain publish. Only if
   * `write` is claimed.
   */
  readonly row?: 'commit' | 'rollback' | null
}

export interface WritePart {
  readonly write?: WriteClaim
}

export interface WriteOptions {
  /** Identifies the message, as in `PublishOptions`. */
  readonly op: string
  /**
   * The application's part of the same transaction; call it before you commit anything. If it rejects, the write is rolled
   * back: no row is stored, no event is ever published, and `write` rejects with effect `none`.
   */
  readonly work: () => Promise<void>
}

/** The row is stored; `event` is the state of its event. */
export type WriteReceipt =
  | { readonly status: 'stored'; readonly event: 'acknowledged' }
  /** Only if an outbox is claimed: the event will certainly be published later. */
  | { readonly status: 'stored'; readonly event: 'queued' }
  /** Only if events are claimed to be optional. */
  | { readonly status: 'stored'; readonly event: 'failed'; readonly error: BusError }

export interface WriteBus {
  /** Stores a row and publishes the message about it. */
  write?(row: Row, message: Message, options: WriteOptions): Promise<WriteReceipt>
}

export const write = {
  shape: () => z.strictObject({ event: z.enum(['required', 'optional']), outbox: z.literal(true).exactOptional() }),
  contradiction: ({ event, outbox }) =>
    outbox === true && event === 'optional'
      ? 'write.outbox promises the event of every row, but write.event (optional) does not.'
      : null,
  conditions: {
    write: {
      owes: { write: method },
      options: {
        row: {
          shape: z.enum(['commit', 'rollback']).nullable(),
          values: [null, 'commit', 'rollback'],
          weight: (row) => (row === null ? 6 : row === 'commit' ? 3 : 1),
          lacks: 'no writes with events claimed',
        },
      },
    },
  },
  docs: {
    'write.event':
      'a row of the application and its event are stored together; if the event cannot be published, the write fails (`required`), or the row is stored and the receipt says so (`optional`); needs [`write()`](adapter.md#a-row-and-its-event)',
    'write.outbox': 'the event of every committed row is eventually published, in commit order, even after a crash',
  },
} satisfies ClaimDescriptor<'write'>
