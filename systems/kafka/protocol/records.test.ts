import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { SiteError } from '../../../harness/errors.ts'
import { MalformedBytes } from './bytes.ts'
import { decodeRecords } from './records.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')
const NONE = new Uint8Array()

/** Length, attributes, time stamp, offset; key "k", value 00 ff, headers h: 01 and h: nothing. */
const FULL = hex('20 00 00 00 02 6b 04 00ff 04 02 68 02 01 02 68 00')
/** The next one: no key, no value, no headers. */
const EMPTY = hex('0c 00 02 02 01 01 00')
/** Key and value are there, and empty; a header whose value is null. */
const BARE = hex('12 00 04 04 00 00 02 02 68 01')

interface Around {
  readonly first?: number
  readonly attributes?: number
  readonly count?: number
  readonly last?: number
  readonly format?: number
}

/** A batch around `records`, which are as they are stored: compressed where the attributes say so. */
function batch(records: Buffer, { first = 10, attributes = 0, count = 1, last = 0, format = 2 }: Around = {}): Buffer {
  const head = Buffer.alloc(61)
  head.writeBigInt64BE(BigInt(first), 0)
  head.writeInt32BE(49 + records.length, 8)
  head.writeInt8(format, 16)
  head.writeInt16BE(attributes, 21)
  head.writeInt32BE(last, 23)
  head.writeInt32BE(count, 57)
  return Buffer.concat([head, records])
}

describe('record batches', () => {
  const three = Buffer.concat([FULL, EMPTY, BARE])
  const decoded = [
    {
      offset: 10,
      key: Buffer.from('k'),
      value: hex('00ff'),
      headers: [
        ['h', hex('01')],
        ['h', Buffer.alloc(0)],
      ],
    },
    { offset: 11, key: null, value: null, headers: [] },
    { offset: 12, key: Buffer.alloc(0), value: Buffer.alloc(0), headers: [['h', NONE]] },
  ]

  it('are read byte for byte', () => {
    expect(decodeRecords(batch(three, { count: 3, last: 2 }))).toEqual({ records: decoded, next: 13 })
  })

  it('are read when they are compressed with gzip', () => {
    const bytes = batch(gzipSync(three), { attributes: 1, count: 3, last: 2 })
    expect(decodeRecords(bytes)).toEqual({ records: decoded, next: 13 })
  })

  it('follow one another, with gaps where records were removed', () => {
    const bytes = Buffer.concat([batch(EMPTY, { last: 5 }), batch(EMPTY, { first: 40, last: 1 })])
    const { records, next } = decodeRecords(bytes)
    expect(records.map(({ offset }) => offset)).toEqual([11, 41])
    expect(next).toBe(42)
  })

  it('are passed over where they are control records', () => {
    const bytes = batch(FULL, { attributes: 0x30 })
    expect(decodeRecords(bytes)).toEqual({ records: [], next: 11 })
  })

  it('may end with one that is cut off', () => {
    const second = batch(EMPTY, { first: 11 })
    for (const length of [0, 5, 30, second.length - 1]) {
      const bytes = Buffer.concat([batch(EMPTY), second.subarray(0, length)])
      expect(decodeRecords(bytes)).toMatchObject({ records: [{ offset: 11 }], next: 11 })
    }
    expect(decodeRecords(NONE)).toEqual({ records: [], next: null })
  })

  it('are refused with another codec or format', () => {
    expect(() => decodeRecords(batch(three, { attributes: 4 }))).toThrow(SiteError)
    expect(() => decodeRecords(batch(three, { attributes: 4 }))).toThrow(/compressed with zstd/)
    expect(() => decodeRecords(batch(three, { format: 1 }))).toThrow(MalformedBytes)
    expect(() => decodeRecords(batch(EMPTY, { count: 2 }))).toThrow(MalformedBytes)
  })
})
