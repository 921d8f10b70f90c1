/** Seeded random numbers without any module of the platform, so that they also work under virtual time. */

/** FNV-1a over the UTF-16 units of a text: an unsigned 32-bit number, for seeds and names, never for secrets. */
export function hashString(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}

/** Spreads neighbouring seeds far apart. */
function mixer(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
}

/** An sfc32 generator: numbers in [0, 1). The same seed gives the same numbers on every machine. */
export function createRandom(seed: number): () => number {
  const mix = mixer(seed)
  let a = mix()
  let b = mix()
  let c = mix()
  let counter = 1
  return () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4294967296
  }
}

/** A seed for one thing among many that share a seed, such as a plan by its index. */
export const deriveSeed = (seed: number, ...names: readonly (number | string)[]): number =>
  hashString([seed, ...names].join('/'))

/** A whole number from `low` to `high`, both included. */
export const between = (random: () => number, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1))

/** One of the values; throws a RangeError for an empty list. */
export function pick<T>(random: () => number, values: readonly T[]): T {
  const found = values.slice(Math.floor(random() * values.length))
  for (const value of found) return value
  throw new RangeError('there is nothing to pick from')
}
