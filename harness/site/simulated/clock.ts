/**
 * Virtual time: a heap of timers by time and then by the order in which they were set. Firing one moves the clock to its
 * time; nothing else moves it. Times are milliseconds since the run began.
 */
export interface VirtualTimer {
  at: number
  order: number
  callback: (() => void) | null
  /** Counted as a resource that somebody holds. */
  readonly counted: boolean
}

export class VirtualClock {
  now = 0
  #order = 0
  #heap: VirtualTimer[] = []
  #counted = 0

  set(delay: number, callback: () => void, counted = true): VirtualTimer {
    const timer = { at: this.now + delay, order: this.#order++, callback, counted }
    if (counted) this.#counted += 1
    this.#push(timer)
    return timer
  }

  clear(timer: VirtualTimer): void {
    if (timer.callback !== null) this.#settle(timer)
  }

  /** Timers that are set and were neither fired nor cleared. */
  pending(): number {
    return this.#counted
  }

  /** Fires the next timer; false when there is none. */
  fireNext(): boolean {
    for (let timer = this.#pop(); timer !== undefined; timer = this.#pop()) {
      const callback = timer.callback
      if (callback === null) continue
      this.#settle(timer)
      this.now = Math.max(this.now, timer.at)
      callback()
      return true
    }
    return false
  }

  /** Forgets every timer and begins again at zero. */
  reset(): void {
    this.now = 0
    this.#order = 0
    this.#heap = []
    this.#counted = 0
  }

  #settle(timer: VirtualTimer): void {
    timer.callback = null
    if (timer.counted) this.#counted -= 1
  }

  #push(timer: VirtualTimer): void {
    const heap = this.#heap
    let index = heap.length
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent] as VirtualTimer
      if (!before(timer, above)) break
      heap[index] = above
      index = parent
    }
    heap[index] = timer
  }

  #pop(): VirtualTimer | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      const right = child + 1
      if (right < heap.length && before(heap[right] as VirtualTimer, heap[child] as VirtualTimer)) child = right
      if (!before(heap[child] as VirtualTimer, last)) break
      heap[index] = heap[child] as VirtualTimer
      index = child
    }
    heap[index] = last
    return first
  }
}

const before = (a: VirtualTimer, b: VirtualTimer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
