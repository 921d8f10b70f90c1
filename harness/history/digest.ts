/** Digests stand for message contents in a history. They run under virtual time too, hence a hash of our own. */
import type { Header, Message } from '../adapter.ts'
import { isOfHarness } from './op.ts'
import type { Content, Digest } from './seen.ts'

const LONGEST_LITERAL = 24
const utf8 = new TextEncoder()

/** `null`, short printable ASCII in quotes, or `LENGTH bytes HASH`. Equal digests mean equal bytes. */
export function digestBytes(bytes: Uint8Array | null): Digest {
  if (bytes === null) return 'null'
  if (bytes.length <= LONGEST_LITERAL && bytes.every(isPrintable)) return `"${String.fromCharCode(...bytes)}"`
  return `${bytes.length} bytes ${hash(HASH_START, bytes)}`
}

/**
 * Of the headers in order, names and values: `none`, or `COUNT headers HASH`. `skip` names those that are not the
 * message's own: `busproof-op` and the mark of a replay unless told otherwise, and for a dead letter those that dead-lettering added.
 */
export function digestHeaders(headers: readonly Header[], skip: (name: string) => boolean = isOfHarness): Digest {
  const own = headers.filter(([name]) => !skip(name))
  if (own.length === 0) return 'none'
  let state = HASH_START
  for (const [name, value] of own) {
    // Each part goes in after its length, so that no two lists of headers run together into the same bytes.
    const nameBytes = utf8.encode(name)
    for (const part of [nameBytes, value]) state = feed(feed(state, lengthBytes(part.length)), part)
  }
  return `${own.length} ${own.length === 1 ? 'header' : 'headers'} ${hex(state)}`
}

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e

const lengthBytes = (length: number): Uint8Array =>
  Uint8Array.of(length & 0xff, (length >>> 8) & 0xff, (length >>> 16) & 0xff, length >>> 24)

/** 64-bit FNV-1a, its state in two 32-bit words. */
interface HashState {
  readonly high: number
  readonly low: number
}
const HASH_START: HashState = { high: 0xcbf29ce4, low: 0x84222325 }
/** The prime is 2^40 + 0x1b3; the high part of the product is a shift, the low part fits a double. */
const PRIME_LOW = 0x1b3

function feed(state: HashState, bytes: Uint8Array): HashState {
  let { high, low } = state
  for (const byte of bytes) {
    const mixed = (low ^ byte) >>> 0
    const product = mixed * PRIME_LOW
    high = (high * PRIME_LOW + Math.floor(product / 0x1_0000_0000) + ((mixed << 8) >>> 0)) >>> 0
    low = product >>> 0
  }
  return { high, low }
}

const word = (value: number): string => value.toString(16).padStart(8, '0')
const hex = (state: HashState): string => word(state.high) + word(state.low)
const hash = (start: HashState, bytes: Uint8Array): string => hex(feed(start, bytes))

/** Of a message as a whole; headers that are skipped do not count. */
export const contentOf = (
  { key, value, headers }: Pick<Message, 'key' | 'value' | 'headers'>,
  skip?: (name: string) => boolean,
): Content => ({ key: digestBytes(key), value: digestBytes(value), headers: digestHeaders(headers, skip) })
