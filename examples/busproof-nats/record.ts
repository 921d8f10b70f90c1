/**
 * A message as it is stored in a stream. The payload is the value, and headers are NATS headers, their bytes percent-encoded. What
 * NATS does not have, a key and a null value, are headers of our own.
 */
import { headers as createHeaders, type MsgHdrs } from '@nats-io/transport-node'
import type { Header, Message } from 'busproof'
import { hex } from './names.ts'

export const KEY = 'Bus-Key'
export const TOMBSTONE = 'Bus-Tombstone'

export interface Encoded {
  readonly headers: MsgHdrs
  readonly payload: Uint8Array
}

export function encode({ key, value, headers }: Pick<Message, 'key' | 'value' | 'headers'>): Encoded {
  const encoded = createHeaders()
  if (key !== null) encoded.append(KEY, percent(key))
  if (value === null) encoded.append(TOMBSTONE, 'true')
  for (const [name, bytes] of headers) encoded.append(escapeName(name), percent(bytes))
  return { headers: encoded, payload: value ?? new Uint8Array() }
}

/** Throws where somebody else has written what is no message. */
export function decode(headers: MsgHdrs | undefined, payload: Uint8Array): Omit<Message, 'topic'> {
  const own: Header[] = []
  let key: Uint8Array | null = null
  let isTombstone = false
  for (const [name, values] of headers ?? []) {
    for (const text of values) {
      if (name === KEY) key = bytesOf(text)
      else if (name === TOMBSTONE) isTombstone = true
      else if (!RESERVED.test(name)) own.push([bytesOf(name).toString(), bytesOf(text)])
    }
  }
  return { key, value: isTombstone ? null : payload, headers: own }
}

const RESERVED = /^(nats|bus)-/i

/** Space, % and what is no printable ASCII; a value that began or ended with a space would lose it. */
const percent = (bytes: Uint8Array): string =>
  bytes.reduce(
    (text, byte) => text + (byte > 0x20 && byte < 0x7f && byte !== 0x25 ? String.fromCharCode(byte) : `%${hex(byte)}`),
    '',
  )

/** A colon would end it, and names that begin like the server's or ours are theirs. */
function escapeName(name: string): string {
  const escaped = percent(Buffer.from(name)).replaceAll(':', '%3A')
  return RESERVED.test(escaped) ? `%${hex(escaped.charCodeAt(0))}${escaped.slice(1)}` : escaped
}

const MALFORMED = /%(?![0-9A-F]{2})/

function bytesOf(text: string): Buffer {
  if (MALFORMED.test(text)) throw new Unreadable('a header is not percent-encoded')
  return Buffer.from(
    text.replaceAll(/%([0-9A-F]{2})/g, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16))),
    'latin1',
  )
}

class Unreadable extends Error {
  readonly code = 'UNREADABLE'
}
