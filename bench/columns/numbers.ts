/** Lists of numbers that grow without a copy of all that is in them. */
export interface Numbers {
  readonly length: number
  push(value: number): void
  /** 0 beyond its end. */
  get(index: number): number
}

type Chunk = Uint8Array | Uint32Array | Float64Array
const KINDS: Readonly<Record<'bytes' | 'words' | 'doubles', (length: number) => Chunk>> = {
  bytes: (length) => new Uint8Array(length),
  words: (length) => new Uint32Array(length),
  doubles: (length) => new Float64Array(length),
}

const BITS = 14
const CHUNK = 1 << BITS
const MASK = CHUNK - 1
/** A short list takes little: its first chunk doubles until it is a whole one. */
const FIRST = 64

export function createNumbers(kind: keyof typeof KINDS): Numbers {
  const make = KINDS[kind]
  const chunks: Chunk[] = []
  let last = make(0)
  let used = 0
  const grow = (): void => {
    if (last.length === CHUNK) {
      last = make(CHUNK)
      used = 0
      chunks.push(last)
      return
    }
    const grown = make(Math.max(FIRST, last.length * 2))
    grown.set(last)
    last = grown
    chunks[0] = grown
  }
  return {
    get length() {
      return chunks.length === 0 ? 0 : (chunks.length - 1) * CHUNK + used
    },
    push(value) {
      if (used === last.length) grow()
      last[used++] = value
    },
    get: (index) => chunks[index >> BITS]?.[index & MASK] ?? 0,
  }
}
