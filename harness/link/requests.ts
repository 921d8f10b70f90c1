/** Reads requests off the links of a role, as clients send them: before Toxiproxy and every fault. */
import { messageOf, SiteError } from '../errors.ts'
import type { RequestedMessage, RequestReader } from '../system-contract.ts'
import type { StreamFault } from './stream-fault.ts'

export interface RequestLog {
  /** Not a fault: watches what clients send on one link. */
  readonly watcher: StreamFault
  /** Receives each message of a publish request from now on; null for no receiver. */
  listen(listener: ((message: RequestedMessage) => void) | null): void
  /** Why requests could not be read; null while they could. */
  failure(): SiteError | null
}

export function createRequestLog(makeReader: () => RequestReader): RequestLog {
  const readers = new WeakMap<object, RequestReader>()
  let heard: ((message: RequestedMessage) => void) | null = null
  let failure: SiteError | null = null
  const read = (connection: object, chunk: Uint8Array): void => {
    const reader = readers.get(connection) ?? makeReader()
    readers.set(connection, reader)
    try {
      for (const message of reader(chunk)) heard?.(message)
    } catch (error) {
      failure ??= error instanceof SiteError ? error : unreadable(error)
    }
  }
  return {
    watcher: {
      arrive(connection, chunk) {
        if (failure === null) read(connection, chunk)
        return { pass: chunk.length, reset: null }
      },
      landed: () => ({ connections: 0, bytes: 0 }),
    },
    listen(listener) {
      heard = listener
    },
    failure: () => failure,
  }
}

/** A reader ought to say more itself: it knows the protocol. */
const unreadable = (error: unknown): SiteError =>
  new SiteError(
    `the link cannot read the requests that the adapter's client sends (${messageOf(error)}): ` +
      "let the client speak the system's protocol in plaintext",
    { cause: error },
  )
