/** Dense numbers for texts: a text that comes again has the number that it had. */

export interface Names {
  /** The number of a text, counted from 0. */
  of(text: string): number
  text(id: number): string
}

export function createNames(): Names {
  const ids = new Map<string, number>()
  const texts: string[] = []
  return {
    of(text) {
      const known = ids.get(text)
      if (known !== undefined) return known
      ids.set(text, texts.length)
      return texts.push(text) - 1
    },
    text: (id) => texts[id] ?? '',
  }
}

const ZERO = 48
const NINE = 57
/** So many digits always fit into 31 bits, and most numbers of a long run have fewer. */
const MOST_DIGITS = 9

/** The whole number at the end of a text, from `start` on, written as JavaScript writes it; -1 where there is none. */
export function numberFrom(text: string, start: number): number {
  const digits = text.length - start
  if (digits < 1 || digits > MOST_DIGITS || (digits > 1 && text.charCodeAt(start) === ZERO)) return -1
  let number = 0
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < ZERO || code > NINE) return -1
    number = number * 10 + (code - ZERO)
  }
  return number
}

/**
 * One word for a text. Most texts are a known beginning and a number, such as ops (`m12`): those need no table. 0 stands
 * for null.
 */
export function createCounted(): {
  encode(text: string | null, beginning: string): number
  decode(word: number, beginning: string): string | null
} {
  const others = createNames()
  return {
    encode(text, beginning) {
      if (text === null) return 0
      const number = text.startsWith(beginning) ? numberFrom(text, beginning.length) : -1
      return number >= 0 ? number * 2 + 1 : (others.of(text) + 1) * 2
    },
    decode(word, beginning) {
      if (word === 0) return null
      return word % 2 === 1 ? `${beginning}${(word - 1) / 2}` : others.text(word / 2 - 1)
    },
  }
}
