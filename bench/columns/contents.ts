/** Dense numbers for contents of messages. A message has one content, unless something is wrong, however often it is seen. */

import type { Content, Digest } from '../../harness/events/parts.ts'
import { createNames } from './names.ts'
import { createNumbers } from './numbers.ts'

export interface Contents {
  /** `op` is the word of the message: it is looked up by that. */
  of(op: number, content: Content): number
  content(id: number): Content
}

const UNITS = ['bytes', 'header', 'headers'] as const
const HASHED = /^(0|[1-9]\d{0,8}) (bytes|header|headers) ([0-9a-f]{8})([0-9a-f]{8})$/
/** Words of a digest that is a hash: its length and unit, and 64 bits. */
const WORDS = 3

export function createContents(): Contents {
  const latest = new Map<number, number>()
  const parts = createNumbers('words')
  const hashes = createNumbers('words')
  const names = createNames()

  const encode = (digest: Digest): number => {
    const found = HASHED.exec(digest)
    if (found === null) return names.of(digest) * 2
    const [, length, unit, high, low] = found
    const id = hashes.length / WORDS
    hashes.push(Number(length) * 4 + UNITS.indexOf(unit as (typeof UNITS)[number]))
    hashes.push(Number.parseInt(high ?? '', 16))
    hashes.push(Number.parseInt(low ?? '', 16))
    return id * 2 + 1
  }
  const decode = (word: number): Digest => {
    if (word % 2 === 0) return names.text(word / 2)
    const at = ((word - 1) / 2) * WORDS
    const head = hashes.get(at)
    const hex = (index: number): string => hashes.get(index).toString(16).padStart(8, '0')
    return `${Math.floor(head / 4)} ${UNITS[head % 4]} ${hex(at + 1)}${hex(at + 2)}`
  }
  const content = (id: number): Content => ({
    key: decode(parts.get(id * 3)),
    value: decode(parts.get(id * 3 + 1)),
    headers: decode(parts.get(id * 3 + 2)),
  })

  return {
    of(op, { key, value, headers }) {
      const known = latest.get(op)
      if (known !== undefined) {
        const before = content(known)
        if (before.key === key && before.value === value && before.headers === headers) return known
      }
      const id = parts.length / 3
      for (const digest of [key, value, headers]) parts.push(encode(digest))
      latest.set(op, id)
      return id
    },
    content,
  }
}
