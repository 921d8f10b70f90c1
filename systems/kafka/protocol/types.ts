/** The types that Kafka's requests and responses are made of, as data; only those of its older, non-flexible versions. */
import { type Input, MalformedBytes, type Output } from './bytes.ts'

export interface Type<T> {
  write(out: Output, value: T): void
  read(input: Input): T
}

/** What a type reads and writes. */
export type Of<T> = T extends Type<infer Value> ? Value : never

const integer = (size: 1 | 2 | 4): Type<number> => ({
  write: (out, value) => out.integer(value, size),
  read: (input) => input.integer(size),
})

export const int8 = integer(1)
export const int16 = integer(2)
export const int32 = integer(4)
export const int64: Type<number> = {
  write: (out, value) => out.long(value),
  read: (input) => input.long(),
}
export const boolean: Type<boolean> = {
  write: (out, value) => out.integer(value ? 1 : 0, 1),
  read: (input) => input.integer(1) !== 0,
}

/** Something preceded by how long it is; -1 is null. */
const sized = <T>(size: 2 | 4, toBytes: (value: T) => Uint8Array, fromBytes: (part: Buffer) => T): Type<T | null> => ({
  write(out, value) {
    const part = value === null ? null : toBytes(value)
    out.integer(part === null ? -1 : part.length, size)
    if (part !== null) out.bytes(part)
  },
  read(input) {
    const length = input.integer(size)
    return length === -1 ? null : fromBytes(input.bytes(length))
  },
})

const present = <T>(type: Type<T | null>): Type<T> => ({
  write: (out, value) => type.write(out, value),
  read(input) {
    const value = type.read(input)
    if (value === null) throw new MalformedBytes('null came where a value must be')
    return value
  },
})

export const nullableString = sized<string>(
  2,
  (text) => Buffer.from(text),
  (part) => part.toString(),
)
export const string = present(nullableString)
export const nullableBytes = sized<Uint8Array>(
  4,
  (bytes) => bytes,
  (part) => part,
)
export const bytes = present(nullableBytes)

export const nullableArray = <T>(item: Type<T>): Type<readonly T[] | null> => ({
  write(out, values) {
    out.integer(values === null ? -1 : values.length, 4)
    for (const value of values ?? []) item.write(out, value)
  },
  read(input) {
    const length = input.integer(4)
    if (length === -1) return null
    // Every item has at least a byte, so a length beyond what is left is nonsense, and not to be allocated.
    if (length < 0 || length > input.left) throw new MalformedBytes(`an array of ${length} in ${input.left} bytes`)
    return Array.from({ length }, () => item.read(input))
  },
})

export const array = <T>(item: Type<T>): Type<readonly T[]> => present(nullableArray(item))

/** Fields in the order in which they are named. */
export function struct<F extends Readonly<Record<string, Type<unknown>>>>(
  fields: F,
): Type<{ readonly [Name in keyof F]: Of<F[Name]> }> {
  const entries = Object.entries(fields)
  return {
    write(out, value) {
      for (const [name, type] of entries) type.write(out, value[name])
    },
    read: (input) =>
      Object.fromEntries(entries.map(([name, type]) => [name, type.read(input)])) as {
        readonly [Name in keyof F]: Of<F[Name]>
      },
  }
}
