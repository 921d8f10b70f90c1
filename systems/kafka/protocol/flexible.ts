/**
 * What Kafka's newer requests are made of: lengths are varints one larger than they say, so that 0 is null, and every
 * structure ends with tagged fields. A request in this encoding, and its answer, begin with those of their header.
 */
import { type Input, MalformedBytes, type Output } from './bytes.ts'
import type { Type } from './types.ts'

function writeUnsigned(out: Output, value: number): void {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128)
    if (rest < 128) break
  }
  out.bytes(Uint8Array.from(bytes))
}

/** None is written, and those that are read are left out. */
export const tags: Type<null> = {
  write: (out) => writeUnsigned(out, 0),
  read(input) {
    for (let left = input.unsigned(); left > 0; left--) {
      input.unsigned()
      input.bytes(input.unsigned())
    }
    return null
  },
}

export const compactNullableString: Type<string | null> = {
  write(out, value) {
    const part = value === null ? null : Buffer.from(value)
    writeUnsigned(out, part === null ? 0 : part.length + 1)
    if (part !== null) out.bytes(part)
  },
  read(input) {
    const length = input.unsigned() - 1
    return length < 0 ? null : input.bytes(length).toString()
  },
}

export const compactString: Type<string> = {
  write: compactNullableString.write,
  read(input) {
    const value = compactNullableString.read(input)
    if (value === null) throw new MalformedBytes('null came where a text must be')
    return value
  },
}

export const compactArray = <T>(item: Type<T>): Type<readonly T[]> => ({
  write(out, values) {
    writeUnsigned(out, values.length + 1)
    for (const value of values) item.write(out, value)
  },
  read(input: Input) {
    const length = input.unsigned() - 1
    // Every item has at least a byte, so a length beyond what is left is nonsense, and not to be allocated.
    if (length < 0 || length > input.left) throw new MalformedBytes(`an array of ${length} in ${input.left} bytes`)
    return Array.from({ length }, () => item.read(input))
  },
})
