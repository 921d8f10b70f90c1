/** The embedded broker's protocol: frames of a 4-byte big-endian length and a JSON object, requests answered by id. */
import type { Row, Wire } from '../../harness/adapter.ts'

export type EncodedHeader = readonly [name: string, base64: string]
export interface EncodedMessage {
  readonly key: string | null
  readonly value: string | null
  readonly headers: readonly EncodedHeader[]
}
export interface PartitionId {
  readonly topic: string
  readonly partition: number
}

export type Request =
  | { readonly do: 'hello'; readonly token: string }
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
  | { readonly do: 'record'; readonly row: Row; readonly event: RowEvent | null; readonly to: 'log' | 'outbox' }
  /** Answers the oldest events of the outbox. */
  | { readonly do: 'outbox'; readonly most: number }
  /** The event of this row is published, and leaves the outbox. */
  | { readonly do: 'relayed'; readonly row: string }
  /** It was not. */
  | { readonly do: 'unclaim'; readonly group: string; readonly messageId: string; readonly holder: string }

/** A message that tells of a row; `dedup` as of a publish. */
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
  readonly record: Record<string, never>
  readonly outbox: { readonly entries: readonly OutboxEntry[] }
  readonly relayed: Record<string, never>
}
export type Answer = Answers[keyof Answers]
export interface Refusal {
  readonly code: 'UNKNOWN_TOPIC' | 'TOO_LARGE' | 'UNAUTHENTICATED' | 'MALFORMED'
  readonly message: string
}

export type RequestFrame = { readonly id: number } & Request
export type AnswerFrame =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly refused: Refusal }

const MOST_BYTES = 16 * 1024 * 1024

export function writeFrame(wire: Wire, frame: RequestFrame | AnswerFrame): void {
  const body = JSON.stringify(frame)
  const length = Buffer.byteLength(body)
  const bytes = Buffer.allocUnsafe(4 + length)
  bytes.writeUInt32BE(length, 0)
  bytes.write(body, 4)
  wire.write(bytes)
}

/** Calls back with each whole frame, however the bytes were sliced. A frame that cannot be one destroys the wire. */
export function readFrames(wire: Wire, onFrame: (frame: unknown) => void): void {
  let held: Buffer = Buffer.alloc(0)
  wire.onData((bytes) => {
    held = held.length === 0 ? Buffer.from(bytes) : Buffer.concat([held, bytes])
    while (held.length >= 4) {
      const length = held.readUInt32BE(0)
      if (length > MOST_BYTES) return wire.destroy()
      if (held.length < 4 + length) return
      const body = held.subarray(4, 4 + length).toString('utf8')
      held = held.subarray(4 + length)
      const frame = parse(body)
      if (frame === undefined) return wire.destroy()
      onFrame(frame)
    }
  })
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    // Not a frame; the caller ends the connection.
    return undefined
  }
}
