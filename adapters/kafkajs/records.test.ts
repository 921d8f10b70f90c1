import { createRequire } from 'node:module'
import type { IHeaders } from 'kafkajs'
import { expect, test } from 'vitest'
import type { Header, Message } from '../../harness/adapter.ts'
import { decode, encode } from './records.ts'

const require = createRequire(import.meta.url)
const Encoder = require('kafkajs/src/protocol/encoder')
const Decoder = require('kafkajs/src/protocol/decoder')
const encodeHeader = require('kafkajs/src/protocol/recordBatch/header/v0')
const decodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/decoder')

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const message = (change: Partial<Message>): Message => ({ topic: 't', key: null, value: null, headers: [], ...change })
const header = (name: string, ...values: number[]): Header => [name, bytes(...values)]

test('a tombstone is not an empty value, nor a missing key an empty one', () => {
  expect(encode(message({}))).toMatchObject({ key: null, value: null })
  const { key, value } = encode(message({ key: bytes(), value: bytes() }))
  expect([key?.length, value?.length]).toEqual([0, 0])
})

test('only the bytes of a view are taken, not those around it', () => {
  expect([...(encode(message({ value: bytes(1, 2, 3, 4).subarray(1, 3) })).value ?? [])]).toEqual([2, 3])
})

test('headers keep their order, and one that is repeated at once both its values', () => {
  const headers = [header('b', 1), header('a', 2), header('a', 3), header('__proto__', 4)]
  const encoded = encode(message({ headers }))
  expect(Object.keys(encoded.headers)).toEqual(['b', 'a', '__proto__'])
  const read = decode(
    { topic: 't', partition: 1 },
    { key: null, value: null, timestamp: '0', attributes: 0, offset: '7', headers: encoded.headers },
  )
  expect(read.position).toEqual({ topic: 't', partition: 1, offset: 7 })
  expect(read.message.headers.map(([name, value]) => [name, ...value])).toEqual([
    ['b', 1],
    ['a', 2],
    ['a', 3],
    ['__proto__', 4],
  ])
})

/** Reads headers as kafkajs does, from what it sent. */
function throughKafkajs(headers: readonly Header[]): IHeaders {
  const sent = headers.map(([key, value]) => ({ key, value: Buffer.from(value) }))
  const record = new Encoder()
    .writeInt8(0)
    .writeVarLong(0)
    .writeVarInt(0)
    .writeVarIntBytes(null)
    .writeVarIntBytes(null)
    .writeVarIntArray(sent.map(encodeHeader))
  return decodeRecord(new Decoder(record.buffer), { firstOffset: 0, firstTimestamp: 0 }).headers
}

test('headers named like members of every object keep their values, one or more', () => {
  const headers = [header('constructor', 1), header('toString', 2), header('toString', 3), header('__proto__', 4)]
  const read = throughKafkajs(headers)
  expect(read['constructor']).toContain(Object)
  const { message: got } = decode(
    { topic: 't', partition: 0 },
    { key: null, value: null, timestamp: '0', attributes: 0, offset: '0', headers: read },
  )
  expect(got.headers.map(([name, value]) => [name, ...value])).toEqual([
    ['constructor', 1],
    ['toString', 2],
    ['toString', 3],
    ['__proto__', 4],
  ])
})

test.each([
  { what: 'a name that comes back after another', headers: [header('a', 1), header('b', 2), header('a', 3)] },
  { what: 'a name like an index after another', headers: [header('a', 1), header('0', 2)] },
])('$what would change its place, so it is refused', ({ headers }) => {
  expect(() => encode(message({ headers }))).toThrow(
    expect.objectContaining({ code: 'INVALID_MESSAGE', effect: 'none', retryable: false }),
  )
})
