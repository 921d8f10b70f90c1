/** The envelope of ONEX messages. */
import type { EnvelopeClaim, EnvelopeField } from '../envelope/index.ts'

const TEXT: EnvelopeField = { type: 'text' }
const COUNT = { type: 'integer', least: 0, most: 2 ** 31 - 1 } as const
const ONE_SPELLING: readonly string[] = []

/**
 * The claim of a bus whose messages are of these types: each by its name as text, such as `user.created`, with the names that enumerations have for it,
 * such as `USER_CREATED`. A type that is none of them passes as it is.
 */
export const onexEnvelope = (eventTypes: Readonly<Record<string, readonly string[]>>) =>
  ({
    fields: {
      message_id: { type: 'uuid', absent: 'generated' },
      correlation_id: { type: 'uuid', absent: 'generated' },
      causation_id: { type: 'uuid' },
      timestamp: { type: 'time', absent: 'generated' },
      source: TEXT,
      broker: { ...TEXT, absent: { setting: 'KAFKA_ENVIRONMENT' } },
      event_type: { type: 'choice', choices: eventTypes, others: 'kept' },
      category: {
        type: 'choice',
        choices: { EVENT: ONE_SPELLING, COMMAND: ONE_SPELLING, INTENT: ONE_SPELLING },
        others: 'refused',
        absent: { value: 'EVENT' },
      },
      content_type: { ...TEXT, absent: { value: 'application/json' } },
      schema_version: { ...TEXT, absent: { value: '1.0.0' } },
      destination: TEXT,
      traceparent: { type: 'traceparent', absent: 'generated' },
      trace_id: TEXT,
      span_id: TEXT,
      parent_span_id: TEXT,
      operation_name: TEXT,
      priority: {
        type: 'choice',
        choices: { low: ONE_SPELLING, normal: ONE_SPELLING, high: ONE_SPELLING, critical: ONE_SPELLING },
        others: 'refused',
        absent: { value: 'normal' },
      },
      routing_key: TEXT,
      partition_key: TEXT,
      retry_count: { ...COUNT, absent: { value: '0' } },
      max_retries: { ...COUNT, absent: { value: '3' } },
      ttl_seconds: COUNT,
    },
    messageId: 'message_id',
    correlationId: 'correlation_id',
    causationId: 'causation_id',
  }) as const satisfies EnvelopeClaim
