/**
 * The embedded broker's protocol: frames of a 4-byte big-endian length and a JSON object, requests answered by id. Values
 * that are long follow the object as they are: then the highest bit of the length is set, and the length of the object
 * alone stands after it.
 */
import type { Row, Wire } from '../../harness/adapter.ts'

export type EncodedHeader = readonly [name: string, base64: string]
export interface EncodedMessage {
  readonly key: string | null
  /** Base64; null also where it is `long`. */
  readonly value: string | null
  readonly long?: LongValue
  readonly headers: readonly EncodedHeader[]
}
const BYTES = Symbol('bytes')
/** As JSON only its length. */
interface LongValue {
  readonly length: number
  [BYTES]?: Uint8Array
}

/** Bytes that a value may have to go as base64 inside the object. */
const LONGEST_INSIDE = 1_024

export const encodeKey = (key: Uint8Array | null): EncodedMessage['key'] =>
  key === null ? null : Buffer.from(key).toString('base64')
export const decodeKey = ({ key }: Pick<EncodedMessage, 'key'>): Uint8Array | null =>
  key === null ? null : Buffer.from(key, 'base64')

export const encodeValue = (bytes: Uint8Array | null): Pick<EncodedMessage, 'value' | 'long'> => {
  if (bytes === null) return { value: null }
  if (bytes.length > LONGEST_INSIDE) return { value: null, long: { length: bytes.length, [BYTES]: bytes } }
  return { value: Buffer.from(bytes).toString('base64') }
}
export const decodeValue = ({ value, long }: Pick<EncodedMessage, 'value' | 'long'>): Uint8Array | null =>
  value === null ? (long?.[BYTES] ?? null) : Buffer.from(value, 'base64')

export interface PartitionId {
  readonly topic: string
  readonly partition: number
}

export type Request =
  | { readonly do: 'hello'; readonly token: string }
  /** Asks for an answer and nothing else. */
  | { readonly do: 'ping' }
  /** `dedup`: a message that was stored under it before is not stored again, and its first position is the answer. */
  | {
      readonly do: 'publish'
      readonly topic: string
      readonly dedup: string | null
      readonly message: EncodedMessage
      /** Keep when it was stored, and tell it to those that fetch it. */
      readonly stamped?: boolean
    }
  | {
      readonly do: 'join'
      readonly group: string
      readonly member: string
      readonly topics: readonly string[]
      readonly from: 'earliest' | 'latest'
      readonly session: number
    }
  /** A sign of life, at least one a session; answers which partitions the member owns and which it must release. */
  | { readonly do: 'sync'; readonly group: string; readonly member: string }
  | {
      readonly do: 'fetch'
      readonly topic: string
      readonly partition: number
      readonly from: number
      readonly most: number
      readonly wait: number
    }
  | ({ readonly do: 'commit'; readonly group: string; readonly member: string; readonly next: number } & PartitionId)
  | ({ readonly do: 'release'; readonly group: string; readonly member: string } & PartitionId)
  | { readonly do: 'leave'; readonly group: string; readonly member: string }
  /** Asks for leave to work on the message with this id, for `lease` ms: one holder of a group at a time. */
  | {
      readonly do: 'claim'
      readonly group: string
      readonly messageId: string
      readonly holder: string
      readonly lease: number
    }
  /** The message was handled well: its id is known for `window` ms. */
  | {
      readonly do: 'mark'
      readonly group: string
      readonly messageId: string
      readonly holder: string
      readonly window: number
    }
  /**
   * Stores a row, once, and with it, all or nothing, its event: in the log, or in the outbox behind those of rows that were
   * stored before. An event of null is none.
   */
  | { readonly do: 'write'; readonly row: Row; readonly event: RowEvent | null; readonly to: 'log' | 'outbox' }
  /** Answers the oldest events of the outbox. */
  | { readonly do: 'outbox'; readonly most: number }
  /** The event of this row is published, and leaves the outbox. */
  | { readonly do: 'relayed'; readonly row: string }
  /** It was not. */
  | { readonly do: 'unclaim'; readonly group: string; readonly messageId: string; readonly holder: string }

/** The event of a row; `dedup` as for a publish. */
export interface RowEvent {
  readonly topic: string
  readonly dedup: string | null
  readonly message: EncodedMessage
}
export interface OutboxEntry {
  readonly row: string
  readonly event: RowEvent
}

export interface FetchedRecord extends EncodedMessage {
  readonly offset: number
  /** When it was stored, ms since 1970; only where its publish asked for it. */
  readonly storedAt?: number
}
export interface OwnedPartition extends PartitionId {
  readonly next: number
  readonly release: boolean
}

export interface Answers {
  readonly hello: Record<string, never>
  readonly ping: Record<string, never>
  readonly publish: { readonly partition: number; readonly offset: number }
  readonly join: Record<string, never>
  readonly sync: { readonly member: boolean; readonly owned: readonly OwnedPartition[] }
  readonly fetch: { readonly records: readonly FetchedRecord[] }
  /** false: the member does not own the partition any more. */
  readonly commit: { readonly taken: boolean }
  readonly release: Record<string, never>
  readonly leave: Record<string, never>
  readonly claim: { readonly verdict: 'yours' | 'busy' | 'known' }
  readonly mark: Record<string, never>
  readonly unclaim: Record<string, never>
  readonly write: Record<string, never>
  readonly outbox: { readonly entries: readonly OutboxEntry[] }
  readonly relayed: Record<string, never>
}
export type Answer = Answers[keyof Answers]
export interface Refusal {
  readonly code: 'UNKNOWN_TOPIC' | 'DENIED' | 'TOO_LARGE' | 'UNAUTHENTICATED' | 'MALFORMED'
  readonly message: string
}

export type RequestFrame = { readonly id: number } & Request
export type AnswerFrame =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly refused: Refusal }

const MOST_BYTES = 16 * 1024 * 1024
const HAS_LONG = 0x8000_0000

export function writeFrame(wire: Wire, frame: RequestFrame | AnswerFrame): void {
  const body = JSON.stringify(frame)
  const length = Buffer.byteLength(body)
  const long = longIn(frame)
  const head = long.length === 0 ? 4 : 8
  const size = long.reduce((sum, value) => sum + value.length, head + length)
  const bytes = Buffer.allocUnsafe(size)
  if (head === 8) bytes.writeUInt32BE(length, 4)
  bytes.writeUInt32BE(head === 8 ? (HAS_LONG | (size - 4)) >>> 0 : length, 0)
  // As long as it has characters, it is ASCII, which is written faster so.
  bytes.write(body, head, length === body.length ? 'latin1' : 'utf8')
  let at = head + length
  for (const value of long) {
    bytes.set(value[BYTES] ?? [], at)
    at += value.length
  }
  wire.write(bytes)
}

/** Calls back with each whole frame, however the bytes were sliced. A frame that cannot be one destroys the wire. */
export function readFrames(wire: Wire, onFrame: (frame: unknown) => void): void {
  let held: Buffer = Buffer.alloc(0)
  wire.onData((bytes) => {
    held = held.length === 0 ? Buffer.from(bytes) : Buffer.concat([held, bytes])
    while (held.length >= 4) {
      const first = held.readUInt32BE(0)
      const length = first % HAS_LONG
      if (length > MOST_BYTES) return wire.destroy()
      if (held.length < 4 + length) return
      const body = held.subarray(4, 4 + length)
      held = held.subarray(4 + length)
      const frame = parse(body, first >= HAS_LONG)
      if (frame === undefined) return wire.destroy()
      onFrame(frame)
    }
  })
}

function parse(body: Buffer, hasLong: boolean): unknown {
  try {
    if (!hasLong) return JSON.parse(body.toString('utf8'))
    let end = 4 + body.readUInt32BE(0)
    const frame = JSON.parse(body.toString('utf8', 4, end)) as RequestFrame | AnswerFrame
    for (const value of longIn(frame)) {
      value[BYTES] = body.subarray(end, end + value.length)
      end += value.length
    }
    return end === body.length ? frame : undefined
  } catch {
    // Not a frame; the caller ends the connection.
    return undefined
  }
}

/** Values that follow the object, in their order. */
const longIn = (frame: RequestFrame | AnswerFrame): readonly LongValue[] =>
  messagesIn(frame).flatMap(({ long }) => (long === undefined ? [] : [long]))

function messagesIn(frame: RequestFrame | AnswerFrame): readonly EncodedMessage[] {
  if ('refused' in frame) return []
  if ('answer' in frame) {
    const { answer } = frame
    if ('records' in answer) return answer.records
    return 'entries' in answer ? answer.entries.map(({ event }) => event.message) : []
  }
  if (frame.do === 'publish') return [frame.message]
  return frame.do === 'write' && frame.event !== null ? [frame.event.message] : []
}
