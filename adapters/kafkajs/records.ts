/** Messages as kafkajs has them. */
import type { IHeaders, KafkaMessage } from 'kafkajs'
import type { Header, Message } from '../../harness/adapter.ts'
import { CODES, type PartitionId, type ReceivedRecord, ResilienceError } from '../resilience/index.ts'

const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const orNull = (bytes: Uint8Array | null): Buffer | null => (bytes === null ? null : buffer(bytes))

export const encode = ({ key, value, headers }: Message) => ({
  key: orNull(key),
  value: orNull(value),
  headers: encodeHeaders(headers),
})

/**
 * kafkajs keeps headers by name, so a name that comes twice must come at once, and names that look like array indices
 * come first; what would be stored in another order is refused.
 */
function encodeHeaders(headers: readonly Header[]): IHeaders {
  const values = new Map<string, Buffer[]>()
  for (const [name, value] of headers) values.set(name, [...(values.get(name) ?? []), buffer(value)])
  const encoded: Record<string, Buffer | Buffer[]> = Object.fromEntries(
    [...values].map(([name, all]) => [name, all.length === 1 && all[0] !== undefined ? all[0] : all]),
  )
  const stored = Object.keys(encoded).flatMap((name) => (values.get(name) ?? []).map(() => name))
  if (stored.some((name, index) => name !== headers[index]?.[0])) {
    throw new ResilienceError(CODES.invalid, 'kafkajs cannot keep the order of these headers', {
      effect: 'none',
      retryable: false,
    })
  }
  return encoded
}

export const decode = ({ topic, partition }: PartitionId, message: KafkaMessage): ReceivedRecord => ({
  position: { topic, partition, offset: Number(message.offset) },
  message: { topic, key: message.key, value: message.value, headers: decodeHeaders(message.headers ?? {}) },
})

/** kafkajs takes what every object has by such a name, as by `constructor`, for a first value of the header. */
const isInherited = (name: string, value: unknown): boolean => name in {} && value === Reflect.get({}, name)

/** Kafka knows a header without a value; to the bus it is an empty one. */
const decodeHeaders = (headers: IHeaders): Header[] =>
  Object.entries(headers).flatMap(([name, values]) =>
    [values]
      .flat()
      .filter((value) => !isInherited(name, value))
      .map((value) => [name, Buffer.from(value ?? '')] as const),
  )
