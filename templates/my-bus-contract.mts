/** What busproof requires of every bus: a publish settles in time, errors have the right shape, and a handler's error is respected. */
import type { BusError, Message } from 'busproof'

export const CODES = ['INVALID', 'CLOSED', 'ABORTED', 'TIMEOUT', 'REFUSED', 'FAILED']

/** What a client throws if the broker refuses a message for good, for example without a permission: a retry is useless. */
export class RefusedForGood extends Error {}

/** `effect` is `none` only if certainly nothing was done. */
export const failure = (code: string, effect: BusError['effect'], message: string, cause?: unknown): BusError =>
  Object.assign(new Error(message, { cause }), { code, effect, retryable: code === 'TIMEOUT' || code === 'FAILED' })

export const closed = (): BusError => failure('CLOSED', 'none', 'the bus is closed')
export const failed = (cause: unknown): BusError =>
  failure(cause instanceof RefusedForGood ? 'REFUSED' : 'FAILED', 'unknown', 'the bus failed', cause)

/** Throws before anything is sent. */
export function refuseBadInput({ topic, value }: Message, maxBytes: number): void {
  if (topic === '' || /\p{Cc}/u.test(topic))
    throw failure('INVALID', 'none', 'topic: it is empty, or has control characters')
  if ((value?.length ?? 0) > maxBytes) throw failure('INVALID', 'none', `value: it is longer than ${maxBytes} bytes`)
}

/**
 * Settles like `work`, but at once if one of the signals aborts, and after `within` ms at the latest. The signal that `work`
 * receives aborts then: no attempt may begin afterwards.
 */
export function settle<T>(
  work: (signal: AbortSignal) => Promise<T>,
  within: number,
  ...signals: readonly (AbortSignal | undefined)[]
): Promise<T> {
  return new Promise((resolve, reject) => {
    const given = new AbortController()
    const giveUp = (error: BusError): void => {
      reject(error)
      given.abort()
    }
    const abort = (): void => giveUp(failure('ABORTED', 'unknown', 'given up before the bus answered'))
    const timer = setTimeout(() => giveUp(failure('TIMEOUT', 'unknown', `no answer within ${within} ms`)), within)
    for (const signal of signals) signal?.addEventListener('abort', abort)
    if (signals.some((signal) => signal?.aborted)) abort()
    work(given.signal)
      .then(resolve, (cause: unknown) => reject(failed(cause)))
      .finally(() => {
        clearTimeout(timer)
        for (const signal of signals) signal?.removeEventListener('abort', abort)
      })
  })
}

/** Whether the message is handled, or never will be: an error that is not retryable is permanent. */
export const isDone = (handled: Promise<void>): Promise<boolean> =>
  handled.then(
    () => true,
    (error: { readonly retryable?: boolean }) => error.retryable === false,
  )
