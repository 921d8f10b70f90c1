/** The context attributes of CloudEvents in headers, as its binding for Kafka has them (binary content mode), version 1.0. */
import type { EnvelopeClaim, EnvelopeField } from '../../harness/claims.ts'

export interface CloudEventsOptions {
  /** A URI reference that says who publishes. */
  readonly source: string
  /** The type of a message whose caller gives none. */
  readonly type: string
}

const TEXT: EnvelopeField = { type: 'text' }

/** The claim of a bus whose messages are CloudEvents. Beside their attributes they have a correlation, a cause and a trace, as extensions. */
export const cloudEvents = ({ source, type }: CloudEventsOptions) =>
  ({
    fields: {
      ce_id: { type: 'uuid', absent: 'generated' },
      ce_specversion: { type: 'choice', choices: { '1.0': [] }, others: 'refused', absent: { value: '1.0' } },
      ce_source: { ...TEXT, absent: { value: source } },
      ce_type: { ...TEXT, absent: { value: type } },
      ce_time: { type: 'time', absent: 'generated' },
      ce_subject: TEXT,
      ce_correlationid: { type: 'uuid', absent: 'generated' },
      ce_causationid: { type: 'uuid' },
      ce_traceparent: { type: 'traceparent', absent: 'generated' },
    },
    messageId: 'ce_id',
    correlationId: 'ce_correlationid',
    causationId: 'ce_causationid',
  }) as const satisfies EnvelopeClaim
