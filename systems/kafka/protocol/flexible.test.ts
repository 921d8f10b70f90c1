import { expect, test } from 'vitest'
import { Input, MalformedBytes, Output } from './bytes.ts'
import { compactArray, compactNullableString, compactString, tags } from './flexible.ts'
import { int32, type Type } from './types.ts'

const written = <T>(type: Type<T>, value: T): number[] => {
  const out = new Output()
  type.write(out, value)
  return [...out.finish()]
}
const read = <T>(type: Type<T>, bytes: readonly number[]): T => type.read(new Input(Uint8Array.from(bytes)))

test.each([
  [compactString, 'ab', [3, 97, 98]],
  [compactString, '', [1]],
  [compactNullableString, null, [0]],
  [compactArray(int32), [1, 2], [3, 0, 0, 0, 1, 0, 0, 0, 2]],
  [compactArray(int32), [], [1]],
  [tags, null, [0]],
] as readonly (readonly [Type<unknown>, unknown, readonly number[]])[])(
  'lengths are one larger than they say (%#)',
  (type, value, bytes) => {
    expect(written(type, value)).toEqual(bytes)
    expect(read(type, bytes)).toEqual(value)
  },
)

test('a length may need more than one byte', () => {
  const long = 'x'.repeat(300)
  const bytes = written(compactString, long)
  expect(bytes.slice(0, 2)).toEqual([0xad, 0x02])
  expect(read(compactString, bytes)).toBe(long)
})

test('tagged fields are passed over, whatever is in them', () => {
  const input = new Input(Uint8Array.from([2, 0, 1, 9, 200, 1, 2, 8, 8, 5]))
  expect(tags.read(input)).toBeNull()
  expect(input.left).toBe(1)
})

test('what cannot be is refused', () => {
  expect(() => read(compactString, [0])).toThrow(MalformedBytes)
  expect(() => read(compactArray(int32), [0])).toThrow(MalformedBytes)
  expect(() => read(compactArray(int32), [250, 1, 0])).toThrow(MalformedBytes)
})
