/** The common part of storing a row with its event: bad input, roll-back, deadline and close. */
import type { Bus, BusError, Message, Row, Site, WriteReceipt } from '../../harness/adapter.ts'
import { CODES, messageOf, ResilienceError, toBusError } from './errors.ts'
import { refuseInvalid } from './invalid.ts'

/** The application's part rejected, so the write was rolled back. */
export const ROLLED_BACK = 'ROLLED_BACK'

/**
 * Stores the row and handles its event. `work` is the application's part; await it before anything is committed. If it rejects,
 * store nothing and reject with the same error. Each of its own requests ends within `publish.timeout`.
 */
export type StoreRow = (row: Row, message: Message, work: () => Promise<void>) => Promise<WriteReceipt>

export interface Writer {
  readonly write: NonNullable<Bus['write']>
  /** Refuses further writes; resolves when all pending ones have settled. */
  close(): Promise<void>
}

export function createWriter(site: Site, store: StoreRow): Writer {
  const pending = new Set<Promise<unknown>>()
  let closed = false
  return {
    async write(row, message, { work }) {
      if (closed) throw new ResilienceError(CODES.closed, 'the bus is closed', { effect: 'none', retryable: false })
      refuseInvalid(message, site.claims.messages.maxBytes)
      const storing = store(row, message, () => work().catch(rolledBack)).catch((error: unknown): never => {
        throw toBusError(error)
      })
      pending.add(storing)
      try {
        return await storing
      } finally {
        pending.delete(storing)
      }
    },
    async close() {
      closed = true
      await Promise.allSettled(pending)
    },
  }
}

const rolledBack = (cause: unknown): never => {
  const message = `the write was rolled back: ${messageOf(cause)}`
  throw new ResilienceError(ROLLED_BACK, message, { effect: 'none', retryable: false, cause })
}

/** The receipt for a row whose event is published. */
export const PUBLISHED: WriteReceipt = { status: 'stored', event: 'acknowledged' }

/** The receipt for a row whose event could not be published. */
export const unpublished = (thrown: unknown): WriteReceipt => {
  const error: BusError = toBusError(thrown)
  return { status: 'stored', event: 'failed', error }
}
