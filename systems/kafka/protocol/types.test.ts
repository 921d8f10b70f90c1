import { describe, expect, it } from 'vitest'
import { Input, MalformedBytes, Output } from './bytes.ts'
import { createTopics, metadata } from './cluster-apis.ts'
import { fetchOffsets } from './group-apis.ts'
import { array, nullableArray, nullableString, string, type Type } from './types.ts'

/** Bytes as they are written down: hexadecimal, and text between quotes. */
function bytesOf(notation: string): Buffer {
  const parts = notation.match(/'[^']*'|[0-9a-f]{2}/g) ?? []
  return Buffer.concat(
    parts.map((part) => (part.startsWith("'") ? Buffer.from(part.slice(1, -1)) : Buffer.from(part, 'hex'))),
  )
}

function written<T>(type: Type<T>, value: T): Buffer {
  const out = new Output()
  type.write(out, value)
  return out.finish()
}

function read<T>(type: Type<T>, bytes: Buffer): T {
  const input = new Input(bytes)
  const value = type.read(input)
  expect(input.left).toBe(0)
  return value
}

describe("Kafka's types", () => {
  it('writes a request field by field', () => {
    const question = {
      topics: [
        {
          name: 'ab',
          partitions: 3,
          replicas: 1,
          assignments: [],
          settings: [{ name: 'x', value: null }],
        },
      ],
      timeout: 1500,
      validateOnly: false,
    }
    const bytes = bytesOf(`
      00000001 0002 'ab' 00000003 0001 00000000 00000001 0001 'x' ffff
      000005dc 00
    `)
    expect(written(createTopics.request, question)).toEqual(bytes)
    expect(read(createTopics.request, bytes)).toEqual(question)
  })

  it('reads an answer field by field', () => {
    const bytes = bytesOf(`
      00000000
      00000001 00000007 0004 'host' 00002384 ffff
      0003 'own' 00000007
      00000001 0000 0001 't' 01
        00000001 0005 00000002 ffffffff 00000009 00000002 00000007 00000008 00000000 00000001 00000008
    `)
    const partition = { error: 5, partition: 2, leader: -1, epoch: 9, replicas: [7, 8], inSync: [], offline: [8] }
    expect(read(metadata.response, bytes)).toEqual({
      throttled: 0,
      brokers: [{ id: 7, host: 'host', port: 9092, rack: null }],
      cluster: 'own',
      controller: 7,
      topics: [{ error: 0, name: 't', internal: true, partitions: [partition] }],
    })
  })

  it('keeps 64-bit offsets exact as far as a number goes, and -1', () => {
    const partition = { partition: 0, offset: Number.MAX_SAFE_INTEGER, epoch: -1, metadata: '', error: 0 }
    const answer = { throttled: 0, topics: [{ name: 't', partitions: [partition] }], error: 0 }
    const bytes = bytesOf("00000000 00000001 0001 't' 00000001 00000000 001fffffffffffff ffffffff 0000 0000 0000")
    expect(read(fetchOffsets.response, bytes)).toEqual(answer)
    expect(written(fetchOffsets.response, answer)).toEqual(bytes)
  })

  it('tells null from empty', () => {
    expect(read(nullableString, bytesOf('ffff'))).toBeNull()
    expect(read(nullableString, bytesOf('0000'))).toBe('')
    expect(read(nullableArray(string), bytesOf('ffffffff'))).toBeNull()
    expect(written(nullableArray(string), null)).toEqual(bytesOf('ffffffff'))
    expect(read(nullableArray(string), bytesOf('00000000'))).toEqual([])
  })

  it.each([
    ['a string that is cut off', string, "0003 'ab'"],
    ['null where a value must be', string, 'ffff'],
    ['a negative length', string, 'fffe'],
    ['an array longer than its bytes', array(string), '7fffffff 0000'],
    ['a number that is cut off', array(string), '0000'],
  ] as const)('refuses %s', (_what, type: Type<unknown>, notation) => {
    expect(() => type.read(new Input(bytesOf(notation)))).toThrow(MalformedBytes)
  })
})

describe('a varint', () => {
  it.each([
    [0, '00'],
    [-1, '01'],
    [1, '02'],
    [63, '7e'],
    [-64, '7f'],
    [64, '8001'],
    [300, 'd804'],
    [-2147483648, 'ffffffff0f'],
    [Number.MAX_SAFE_INTEGER, 'feffffffffffff1f'],
  ])('reads %d', (value, notation) => {
    const input = new Input(bytesOf(notation))
    expect(input.varint()).toBe(value)
    expect(input.left).toBe(0)
  })

  it.each(['ff', 'ffffffffffffffffffffff00'])('refuses %s', (notation) => {
    expect(() => new Input(bytesOf(notation)).varint()).toThrow(MalformedBytes)
  })
})
