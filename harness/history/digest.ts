/** Digests stand for message contents in a history. */
import crypto from 'node:crypto'
import type { Header, Message } from '../adapter.ts'
import { isOfHarness } from './op.ts'
import type { Content, Digest } from './seen.ts'

const LONGEST_LITERAL = 24
const utf8 = new TextEncoder()

/** `null`, short printable ASCII in quotes, or `LENGTH bytes HASH`. Equal digests mean equal bytes. */
export function digestBytes(bytes: Uint8Array | null): Digest {
  if (bytes === null) return 'null'
  if (bytes.length <= LONGEST_LITERAL && bytes.every(isPrintable)) return `"${String.fromCharCode(...bytes)}"`
  return `${bytes.length} bytes ${hash(bytes)}`
}

/**
 * Of the headers in order, names and values: `none`, or `COUNT headers HASH`. `skip` names those that are not the
 * message's own: `busproof-op` and the mark of a replay unless told otherwise, and for a dead letter those that dead-lettering added.
 */
export function digestHeaders(headers: readonly Header[], skip: (name: string) => boolean = isOfHarness): Digest {
  const own = headers.filter(([name]) => !skip(name))
  if (own.length === 0) return 'none'
  const parts = own.flatMap(([name, value]) => {
    const nameBytes = utf8.encode(name)
    return [lengthBytes(nameBytes.length), nameBytes, lengthBytes(value.length), value]
  })
  return `${own.length} ${own.length === 1 ? 'header' : 'headers'} ${hash(Buffer.concat(parts))}`
}

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e

/** Each part goes in after its length, so that no two lists of headers run together into the same bytes. */
function lengthBytes(length: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32LE(length)
  return bytes
}

/** The first 64 bits of SHA-256, computed at once and in this thread: virtual time needs both. */
const hash = (bytes: Uint8Array): string => crypto.hash('sha256', bytes, 'hex').slice(0, 16)

/** Of a message as a whole; headers that are skipped do not count. */
export const contentOf = (
  { key, value, headers }: Pick<Message, 'key' | 'value' | 'headers'>,
  skip?: (name: string) => boolean,
): Content => ({ key: digestBytes(key), value: digestBytes(value), headers: digestHeaders(headers, skip) })
