/** Digests stand for message contents in a history. */
import crypto from 'node:crypto'
import type { Header, Message } from '../adapter.ts'
import { isOfHarness } from '../claims/header-names.ts'
import type { Content, Digest } from '../events/parts.ts'

const LONGEST_LITERAL = 24

/** `null`, short printable ASCII in quotes, or `LENGTH bytes HASH`. Equal digests mean equal bytes. */
export function digestBytes(bytes: Uint8Array | null): Digest {
  if (bytes === null) return 'null'
  if (bytes.length <= LONGEST_LITERAL && bytes.every(isPrintable)) return `"${String.fromCharCode(...bytes)}"`
  return `${bytes.length} bytes ${hash(bytes)}`
}

/**
 * Of the headers in order, names and values: `none`, or `COUNT headers HASH`. `skip` names those that are not the
 * message's own: `busproof-op` and the mark of a redrive unless told otherwise, and for a dead letter those that dead-lettering added.
 */
export function digestHeaders(headers: readonly Header[], skip: (name: string) => boolean = isOfHarness): Digest {
  const own = headers.filter(([name]) => !skip(name))
  if (own.length === 0) return 'none'
  return `${own.length} ${own.length === 1 ? 'header' : 'headers'} ${hash(joined(own))}`
}

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e

/** Each part goes in after its length, so that no two lists of headers run together into the same bytes. */
function joined(headers: readonly Header[]): Uint8Array {
  const lengths = headers.map(([name]) => Buffer.byteLength(name))
  const size = headers.reduce((sum, [, value], index) => sum + 8 + (lengths[index] ?? 0) + value.length, 0)
  const bytes = Buffer.allocUnsafe(size)
  let at = 0
  headers.forEach(([name, value], index) => {
    at = bytes.writeUInt32LE(lengths[index] ?? 0, at)
    at += bytes.write(name, at)
    at = bytes.writeUInt32LE(value.length, at)
    bytes.set(value, at)
    at += value.length
  })
  return bytes
}

/** The first 64 bits of SHA-256, computed at once and in this thread: virtual time needs both. */
const hash = (bytes: Uint8Array): string => crypto.hash('sha256', bytes, 'hex').slice(0, 16)

/** Of a message as a whole; headers that are skipped do not count. */
export const contentOf = (
  { key, value, headers }: Pick<Message, 'key' | 'value' | 'headers'>,
  skip?: (name: string) => boolean,
): Content => ({ key: digestBytes(key), value: digestBytes(value), headers: digestHeaders(headers, skip) })
