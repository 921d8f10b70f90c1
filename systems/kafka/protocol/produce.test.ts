import { describe, expect, it } from 'vitest'
import { SiteError } from '../../../harness/errors.ts'
import { Output } from './bytes.ts'
import { createRequestReader } from './produce.ts'
import { int16, int32, nullableBytes, nullableString, string } from './types.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

/** No key, no value, and one header, "op": "m1". */
const RECORD = hex('18 00 00 00 01 01 02 04 6f70 04 6d31')

/** A batch of one record. */
function batch(codec = 0): Buffer {
  const head = Buffer.alloc(61)
  head.writeInt32BE(49 + RECORD.length, 8)
  head.writeInt8(2, 16)
  head.writeInt16BE(codec, 21)
  head.writeInt32BE(1, 57)
  return Buffer.concat([head, RECORD])
}

function framed(write: (out: Output) => void): Buffer {
  const body = new Output()
  write(body)
  const bytes = body.finish()
  const frame = new Output()
  int32.write(frame, bytes.length)
  frame.bytes(bytes)
  return frame.finish()
}

function header(out: Output, api: number, version: number): void {
  int16.write(out, api)
  int16.write(out, version)
  int32.write(out, 7)
  nullableString.write(out, 'client')
}

const produce = (version: number, batches: number, codec = 0): Buffer =>
  framed((out) => {
    header(out, 0, version)
    nullableString.write(out, null)
    int16.write(out, -1)
    int32.write(out, 5_000)
    int32.write(out, 1)
    string.write(out, 'orders')
    int32.write(out, batches)
    for (let partition = 0; partition < batches; partition++) {
      int32.write(out, partition)
      nullableBytes.write(out, batch(codec))
    }
  })

/** As {@link produce}, in the flexible encoding, where lengths are one more than they say and tagged fields may follow. */
const flexible = (version: number): Buffer =>
  framed((out) => {
    header(out, 0, version)
    out.bytes(hex('01 05 02 aabb')) // One tagged field.
    out.bytes(hex('00')) // No transaction.
    int16.write(out, -1)
    int32.write(out, 5_000)
    out.bytes(hex('02 07 6f7264657273 02 00000000'))
    const records = batch()
    out.bytes(Buffer.from([records.length + 1]))
    out.bytes(records)
    out.bytes(hex('00 00 00'))
  })

const metadata = framed((out) => {
  header(out, 3, 6)
  int32.write(out, -1)
})

const asked = { topic: 'orders', headers: [['op', Buffer.from('m1')]] }

describe('what clients ask to store', () => {
  it.each([3, 7, 8])('is read from Produce requests of version %i', (version) => {
    expect(createRequestReader()(produce(version, 1))).toEqual([asked])
  })

  it.each([9, 12])('is read from Produce requests of version %i, which are flexible', (version) => {
    expect(createRequestReader()(flexible(version))).toEqual([asked])
  })

  it('is each message of a request, whatever stands between requests', () => {
    const stream = Buffer.concat([metadata, produce(7, 2), metadata, produce(7, 1)])
    expect(createRequestReader()(stream)).toEqual([asked, asked, asked])
  })

  it('is told once the request is whole, however its bytes come', () => {
    const reader = createRequestReader()
    const bytes = produce(7, 1)
    const told = [...bytes].map((_, index) => reader(bytes.subarray(index, index + 1)).length)
    expect(told.slice(0, -1).every((count) => count === 0)).toBe(true)
    expect(told.at(-1)).toBe(1)
  })

  it.each([
    ['TLS', hex('16 03 01 02 00 01 00 01 fc 03 03')],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n')],
    ['frames cut short', framed((out) => int16.write(out, 0))],
    ['a batch that is no gzip', produce(7, 1, 1)],
  ])('cannot be told where a client sends %s, and says so', (_what, bytes) => {
    const read = () => createRequestReader()(bytes)
    expect(read).toThrow(SiteError)
    expect(read).toThrow(
      /^the link cannot read the client's data as requests of the Kafka protocol \(.+\): configure the adapter to use plaintext, without TLS$/,
    )
  })

  it.each([
    [2, 'snappy'],
    [3, 'lz4'],
    [4, 'zstd'],
  ])('cannot be told of batches with codec %i, %s, and says so', (codec, name) => {
    const read = () => createRequestReader()(produce(7, 1, codec))
    expect(read).toThrow(SiteError)
    expect(read).toThrow(
      `cannot read records compressed with ${name}: configure the adapter to use gzip or no compression`,
    )
  })

  it('cannot be told where topics are named by ids, and says so', () => {
    expect(() => createRequestReader()(produce(13, 1))).toThrow(SiteError)
    expect(() => createRequestReader()(produce(13, 1))).toThrow('configure the client to use 3 to 12')
  })
})
