/** Messages in the form of kafkajs, for any version. */
import type { EachMessagePayload } from 'kafkajs'
import type { Delivery, Header, Message } from '../harness/adapter.ts'

/** Appended to a topic's name. */
export const DEAD_LETTERS = '.dlq'

/** As much of a payload as all versions agree on. */
export type Payload = Pick<EachMessagePayload, 'topic' | 'partition'> & {
  readonly message: Pick<EachMessagePayload['message'], 'key' | 'value' | 'offset' | 'headers'>
}

const buffer = (bytes: Uint8Array | null): Buffer | null => (bytes === null ? null : Buffer.from(bytes))

export const encode = ({ key, value, headers }: Message) => ({
  key: buffer(key),
  value: buffer(value),
  headers: Object.fromEntries(headers.map(([name, bytes]) => [name, Buffer.from(bytes)])),
})

export function deliveryOf({ topic, partition, message }: Payload, attempt: number): Delivery {
  const { key, value, offset, headers } = message
  return {
    message: {
      topic,
      key,
      value,
      headers: Object.entries(headers ?? {}).flatMap(([header, values]) =>
        (Array.isArray(values) ? values : [values]).map((bytes): Header => [header, Buffer.from(bytes ?? '')]),
      ),
    },
    position: { topic, partition, offset: Number(offset) },
    attempt,
  }
}

export interface Failure {
  readonly group: string
  /** Attempts that were made. */
  readonly attempt: number
  readonly error: unknown
}

/** What is sent to the dead letters of its topic. */
export function letterOf({ topic, partition, message }: Payload, { group, attempt, error }: Failure) {
  const fields = {
    original_topic: topic,
    original_partition: String(partition),
    original_position: message.offset,
    original_group: group,
    failure_reason: error instanceof Error ? error.message : 'rejected',
    error_type: error instanceof Error ? error.name : typeof error,
    failure_timestamp: new Date().toISOString(),
    attempts: String(attempt),
    correlation_id: `${topic}/${partition}@${message.offset}`,
  }
  const { key, value, headers } = message
  return { topic: `${topic}${DEAD_LETTERS}`, messages: [{ key, value, headers: { ...headers, ...fields } }] }
}

export const isPermanent = (error: unknown): boolean =>
  error instanceof Error && 'retryable' in error && error.retryable === false
