import { z } from 'zod'
import type { ClaimDescriptor } from './descriptor.ts'
import type { Figure } from './figure.ts'

/** A group handles a message id once within the window. */
export interface DeduplicationClaim<F = Figure> {
  /** Name of the header with the message id; a message without it is not compared. */
  readonly header: string
  /** How long the id stays known after its message was handled successfully; afterwards it counts as new. */
  readonly window: F
  /** While the store of known ids is unavailable: handle the message anyway, or let it wait. */
  readonly storeDown: 'let-through' | 'refuse'
}

export interface DeduplicationMessage {
  /** Index of its message id, which several messages may share; -1 or absent for none. Only if `deduplication` is claimed. */
  readonly id?: number
}

export interface DeduplicationPart<F> {
  readonly deduplication?: DeduplicationClaim<F>
}

export const deduplication = {
  shape: (figure) =>
    z.strictObject({ header: z.string().min(1), window: figure, storeDown: z.enum(['let-through', 'refuse']) }),
  settings: { 'deduplication.window': [500, 1000, 250] },
  conditions: {
    deduplication: {
      options: {
        id: { shape: z.int().min(-1), values: [-1, 0, 1, 2], weight: (id) => (id === -1 ? 4 : 1) },
      },
    },
  },
  docs: 'a group handles a message id (`header`) once within the `window`; while the store of the ids is unavailable, `let-through` or `refuse`',
} satisfies ClaimDescriptor<'deduplication'>
