/** Stretches of time, such as those in which a fault was active. */
export interface Spans {
  /** Begins one, which lasts until the returned function is called. They must begin in the order of time. */
  begin(at: number): (at: number) => void
  /** Whether one of them has a moment in common with `[from, to]`. */
  touch(from: number, to: number): boolean
}

export function createSpans(): Spans {
  const begins: number[] = []
  const ends: number[] = []
  /** Latest end of the spans up to each index; worked out when asked for, since ends are known later than beginnings. */
  let latest: number[] = []

  const refresh = (): void => {
    let most = Number.NEGATIVE_INFINITY
    for (const end of ends) {
      most = Math.max(most, end)
      latest.push(most)
    }
  }

  return {
    begin(at) {
      const index = begins.push(at) - 1
      ends.push(Number.POSITIVE_INFINITY)
      latest = []
      return (end) => {
        ends[index] = end
        latest = []
      }
    },
    touch(from, to) {
      if (latest.length !== ends.length) refresh()
      let low = 0
      let high = begins.length
      while (low < high) {
        const middle = (low + high) >> 1
        if ((begins[middle] ?? 0) <= to) low = middle + 1
        else high = middle
      }
      return low > 0 && (latest[low - 1] ?? Number.NEGATIVE_INFINITY) >= from
    },
  }
}
