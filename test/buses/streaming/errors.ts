import type { BusError } from '../../../harness/adapter.ts'

export const CODES = {
  timeout: 'STREAM/TIMEOUT',
  broken: 'STREAM/BROKEN',
  rejected: 'STREAM/REJECTED',
  busy: 'STREAM/BUSY',
  aborted: 'STREAM/ABORTED',
  deadline: 'STREAM/DEADLINE',
  closed: 'STREAM/CLOSED',
  invalid: 'STREAM/INVALID',
} as const

const RETRYABLE: ReadonlySet<string> = new Set(['timeout', 'broken', 'busy', 'deadline'])

export class StreamError extends Error implements BusError {
  override readonly name = 'StreamError'
  readonly code: string
  readonly effect: BusError['effect']
  readonly retryable: boolean
  constructor(kind: keyof typeof CODES, message: string, effect: BusError['effect'], cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.code = CODES[kind]
    this.effect = effect
    this.retryable = RETRYABLE.has(kind)
  }
}

export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (reason: unknown) => void
}

/** As Promise.withResolvers, which Node 20 does not have. */
export function defer<T>(): Deferred<T> {
  let resolve: Deferred<T>['resolve'] = () => undefined
  let reject: Deferred<T>['reject'] = () => undefined
  const promise = new Promise<T>((...settle) => {
    ;[resolve, reject] = settle
  })
  return { promise, resolve, reject }
}

/** Settles as the work does, or rejects with the signal's reason as soon as it aborts. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = defer<never>()
  const abort = (): void => reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
