/** The last few of what was added: a ring that overwrites the oldest. */
export interface History<T> {
  add(one: T): void
  /** The oldest first. */
  all(): readonly T[]
  clear(): void
}

/** Keeps the last `size`, a whole number of at least 0. */
export function createHistory<T>(size: number): History<T> {
  const ring: T[] = []
  let oldest = 0
  return {
    add(one) {
      if (size === 0) return
      if (ring.length < size) return void ring.push(one)
      ring[oldest] = one
      oldest = (oldest + 1) % size
    },
    all: () => [...ring.slice(oldest), ...ring.slice(0, oldest)],
    clear() {
      ring.length = 0
      oldest = 0
    },
  }
}
