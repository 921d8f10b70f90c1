/** Records as two of the buses store them: with headers as pairs of a name and base64, possibly written by another program. */
import type { Header, Message, Position } from '../../harness/adapter.ts'

export interface ReceivedRecord {
  /** The readable part of it. */
  readonly message: Message
  readonly position: Position<number>
  /** ms since 1970, if the log knows it. */
  readonly storedAt?: number
  /** Why the record is not a message; it is dead-lettered unchanged. */
  readonly unreadable?: Error
}

/** A record whose headers are not such pairs has no headers, and is unreadable. */
export function readRecord(
  { topic, partition }: Pick<Position, 'topic' | 'partition'>,
  {
    offset,
    key,
    value,
  }: { readonly offset: number; readonly key: Uint8Array | null; readonly value: Uint8Array | null },
  headers: unknown,
): ReceivedRecord {
  const position = { topic, partition, offset }
  const read = headersFrom(headers)
  const message = { topic, key, value, headers: read ?? [] }
  return read === null
    ? { position, message, unreadable: new Unreadable('its headers cannot be read') }
    : { position, message }
}

class Unreadable extends Error {
  readonly code = 'UNREADABLE'
}

function headersFrom(stored: unknown): Header[] | null {
  if (!Array.isArray(stored) || !stored.every(isPair)) return null
  return stored.map(([name, value]) => [name, Buffer.from(value, 'base64')])
}

const isPair = (header: unknown): header is readonly [name: string, base64: string] =>
  Array.isArray(header) && header.length === 2 && header.every((part) => typeof part === 'string')
