/** Record batches, format 2, which is the only one that Kafka stores since 4.0. */
import { gunzipSync } from 'node:zlib'
import { SiteError } from '../../../harness/errors.ts'
import { Input, MalformedBytes } from './bytes.ts'

export interface FetchedRecord {
  readonly offset: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly (readonly [string, Uint8Array])[]
}

export interface FetchedRecords {
  /** Without control records, which mark the ends of transactions and are no messages. */
  readonly records: readonly FetchedRecord[]
  /** Where to read on; null when no whole batch was there. */
  readonly next: number | null
}

const FORMAT = 2
const CONTROL = 0x20
const CODEC = 0x07
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

/** Offset and length, which stand before what the length counts. */
const PREAMBLE = 12

/** Decodes batches one after the other. The last one may be cut off, because a fetch ends where its limit is. */
export function decodeRecords(bytes: Uint8Array): FetchedRecords {
  const input = new Input(bytes)
  const records: FetchedRecord[] = []
  let next: number | null = null
  while (input.left >= PREAMBLE) {
    const first = input.long()
    const length = input.integer(4)
    if (length > input.left) break
    const batch = decodeBatch(first, input.bytes(length))
    records.push(...batch.records)
    next = batch.last + 1
  }
  return { records, next }
}

interface Batch {
  readonly records: readonly FetchedRecord[]
  readonly last: number
}

function decodeBatch(first: number, bytes: Uint8Array): Batch {
  const input = new Input(bytes)
  input.integer(4) // The leader's epoch.
  const format = input.integer(1)
  if (format !== FORMAT) throw new MalformedBytes(`a record batch has format ${format}, not ${FORMAT}`)
  input.integer(4) // The checksum, which the broker has compared.
  const attributes = input.integer(2)
  const last = first + input.integer(4)
  input.bytes(8 + 8 + 8 + 2 + 4) // First and last time stamp; the producer's id, epoch and sequence number.
  const count = input.integer(4)
  if ((attributes & CONTROL) !== 0) return { records: [], last }
  const plain = new Input(inflate(input.bytes(input.left), attributes & CODEC))
  return { records: Array.from({ length: count }, () => decodeRecord(first, plain)), last }
}

function inflate(bytes: Uint8Array, codec: number): Uint8Array {
  if (codec === 0) return bytes
  if (codec === 1) return gunzipSync(bytes)
  const name = CODECS[codec] ?? `codec ${codec}`
  throw new SiteError(
    `the witness cannot read records compressed with ${name}: configure the adapter to use gzip or no compression`,
  )
}

function decodeRecord(first: number, batch: Input): FetchedRecord {
  const input = new Input(batch.bytes(batch.varint()))
  input.integer(1) // Attributes; there are none yet.
  input.varint() // The time stamp.
  const offset = first + input.varint()
  const key = decodeBytes(input)
  const value = decodeBytes(input)
  const headers = Array.from({ length: input.varint() }, () => {
    const name = input.bytes(input.varint()).toString()
    // Kafka's headers may be null, ours may not: an absent value is an empty one.
    return [name, decodeBytes(input) ?? new Uint8Array()] as const
  })
  return { offset, key, value, headers }
}

function decodeBytes(input: Input): Uint8Array | null {
  const length = input.varint()
  return length === -1 ? null : input.bytes(length)
}
