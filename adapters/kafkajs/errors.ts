/** What kafkajs throws, as bus errors. */
import { CODES, messageOf, ResilienceError } from '../resilience/index.ts'

/** Refusals after which the message may be stored all the same. */
const IN_DOUBT: ReadonlySet<string> = new Set([
  'UNKNOWN',
  'REQUEST_TIMED_OUT',
  'NETWORK_EXCEPTION',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'DUPLICATE_SEQUENCE_NUMBER',
])

/** `written`: the request may have left. What a broker itself refuses is not stored, with a few exceptions. */
export function classify(thrown: unknown, written: boolean): ResilienceError {
  if (thrown instanceof ResilienceError) return thrown
  const refusal = refusalIn(thrown)
  if (refusal === null) {
    const message = written ? 'the connection to Kafka broke before the answer came' : 'no connection to Kafka'
    return new ResilienceError(CODES.connection, message, {
      effect: written ? 'unknown' : 'none',
      retryable: true,
      cause: thrown,
    })
  }
  return new ResilienceError(refusal.retriable ? CODES.connection : CODES.rejected, `Kafka refused: ${refusal.type}`, {
    effect: written && IN_DOUBT.has(refusal.type) ? 'unknown' : 'none',
    retryable: refusal.retriable,
    cause: new Error(messageOf(thrown)),
  })
}

/** The broker's own answer, which kafkajs wraps once it has given up. */
function refusalIn(thrown: unknown): { readonly type: string; readonly retriable: boolean } | null {
  if (!(thrown instanceof Error)) return null
  if ('type' in thrown && typeof thrown.type === 'string') {
    return { type: thrown.type, retriable: 'retriable' in thrown && thrown.retriable === true }
  }
  return refusalIn(thrown.cause)
}
