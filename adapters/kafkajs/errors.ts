/** What kafkajs throws, as bus errors. */
import { CODES, messageOf, ResilienceError } from '../resilience/index.ts'

/**
 * Refusals that a broker gives before it stores anything. Others may come later: one that stops leading says so, too, to
 * those whose messages it has stored and its successor has as well.
 */
const NOT_STORED: ReadonlySet<string> = new Set([
  'CORRUPT_MESSAGE',
  'MESSAGE_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'RECORD_LIST_TOO_LARGE',
  'NOT_ENOUGH_REPLICAS',
  'INVALID_REQUIRED_ACKS',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'INVALID_TIMESTAMP',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'POLICY_VIOLATION',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'INVALID_PRODUCER_EPOCH',
  'UNKNOWN_PRODUCER_ID',
  'UNSUPPORTED_COMPRESSION_TYPE',
  'INVALID_RECORD',
])

/** `written`: the request may have left. */
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
    effect: written && !NOT_STORED.has(refusal.type) ? 'unknown' : 'none',
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
