/** One attempt on the wire, with its time-out. */
import type { Message, Receipt } from '../../harness/adapter.ts'
import { CODES, ResilienceError } from './errors.ts'
import { type Publication, stopError } from './publication.ts'
import { unlessAborted } from './wait.ts'

/**
 * Makes one attempt. It must end as soon as `signal` aborts. With the reason `timeout` the connection did not respond in time
 * and should be discarded too; with any other reason, only the response is no longer needed. `dedup` is the same for all
 * attempts of one publish.
 */
export type Send = (
  message: Message,
  attempt: { readonly dedup: string; readonly signal: AbortSignal },
) => Promise<Receipt>

/** Rejects if there is no response within `timeout` ms, or when the publication is stopped. */
export async function sendInTime(send: Send, publication: Publication, timeout: number): Promise<Receipt> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort('timeout'), timeout)
  const forward = (): void => limit.abort(publication.stop.signal.reason)
  publication.stop.signal.addEventListener('abort', forward, { once: true })
  try {
    const sent = send(publication.message, { dedup: publication.dedup, signal: limit.signal })
    return await unlessAborted(sent, limit.signal, () => {
      throw publication.stop.signal.aborted
        ? stopError(publication.stop.signal.reason, { effect: 'unknown', failure: publication.failure })
        : new ResilienceError(CODES.timeout, `no answer within ${timeout} ms`, {
            effect: 'unknown',
            retryable: true,
          })
    })
  } finally {
    clearTimeout(timer)
    publication.stop.signal.removeEventListener('abort', forward)
  }
}
