/**
 * A history in memory as columns: of each event its type, its time and a few words, with dense numbers for names and contents;
 * 17 to 33 bytes for each event that long histories consist of. What is rare, large or out of the ordinary is kept as it is.
 */

import type { Event } from '../../harness/check/event.ts'
import { createCodecs } from './codecs.ts'
import { createNumbers } from './numbers.ts'

export interface Columns extends Iterable<Event> {
  readonly length: number
  append(event: Event): void
  /** Of its events, how many keep their objects. */
  readonly unpacked: number
}

/** The type of events that keep their objects. */
const AS_IT_IS = 0

export function createColumns(): Columns {
  const words = createNumbers('words')
  const codecs = createCodecs(words)
  const codes = new Map(codecs.map(({ type }, index) => [type, index + 1]))
  const types = createNumbers('bytes')
  const times = createNumbers('doubles')
  const others: Event[] = []

  return {
    get length() {
      return types.length
    },
    get unpacked() {
      return others.length
    },
    append(event) {
      const code = codes.get(event.type) ?? AS_IT_IS
      if (codecs[code - 1]?.encode(event) === true) {
        types.push(code)
        times.push(event.at)
      } else {
        types.push(AS_IT_IS)
        others.push(event)
      }
    },
    *[Symbol.iterator]() {
      let [time, word, other] = [0, 0, 0]
      for (let index = 0; index < types.length; index++) {
        const codec = codecs[types.get(index) - 1]
        const event = codec === undefined ? others[other++] : codec.decode(times.get(time++), word)
        word += codec?.words ?? 0
        if (event !== undefined) yield event
      }
    },
  }
}
