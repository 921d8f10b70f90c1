/**
 * Virtual time: a heap of timers by time and then by the order in which they were set. Firing one moves the clock to its
 * time; nothing else moves it. Times are milliseconds since the run began.
 *
 * Each node may have a loop of its own, as processes have: its timers fire at the next turn of it that begins when they are due
 * or later.
 */

/** When the loop of each node comes round. */
export interface Turns {
  /** The first turn of this node at `due` or later, ms; never before that of something due sooner. */
  next(owner: string, due: number): number
}

/** Every owner fires its timers when they are due. */
const AT_ONCE: Turns = { next: (_owner, due) => due }

export interface VirtualTimer {
  at: number
  order: number
  callback: (() => void) | null
  /** The owner that holds it as a resource; null if none does, as for the network. */
  readonly owner: string | null
  /** Whether it counts, as one that would keep its process alive does. */
  isHeld: boolean
  /** Where it was set, while it is; its stack is put into words only when somebody reads it. */
  origin: Error | null
}

/** Holds what is set outside any node. */
export const NOBODY = ''
/** Holds what the embedded system sets: what it does for a client that has gone is no leak of that client. */
export const SERVER = 'server'

export class VirtualClock {
  now = 0
  /** How far ahead the wall clock is, ms. */
  ahead = 0
  /** Whether timers remember where they were set, which takes half as long again as the whole run. */
  isTracing = false
  #order = 0
  #heap: VirtualTimer[] = []
  readonly #held = new Map<string, number>()
  #turns = AT_ONCE

  set(delay: number, callback: () => void, owner: string | null = NOBODY, origin: Error | null = null): VirtualTimer {
    const due = this.now + delay
    const at = owner === null || owner === NOBODY || owner === SERVER ? due : this.#turns.next(owner, due)
    const timer = { at, order: this.#order++, callback, owner, isHeld: true, origin }
    this.#count(owner, 1)
    this.#push(timer)
    return timer
  }

  clear(timer: VirtualTimer): void {
    if (timer.callback !== null) this.#settle(timer)
  }

  /** Whether the timer, which fires all the same, counts as a resource of its owner. */
  hold(timer: VirtualTimer, isHeld: boolean): void {
    if (timer.callback === null || timer.isHeld === isHeld) return
    timer.isHeld = isHeld
    this.#count(timer.owner, isHeld ? 1 : -1)
  }

  /** Timers that this owner holds: set, and neither fired nor cleared. */
  pending(owner: string = NOBODY): number {
    return this.#held.get(owner) ?? 0
  }

  /** Where those timers were set, if known. */
  origins(owner: string = NOBODY): readonly Error[] {
    return this.#heap.flatMap((timer) =>
      timer.callback !== null && timer.isHeld && timer.owner === owner && timer.origin !== null ? [timer.origin] : [],
    )
  }

  /** Fires the next timer; false when none is due by then. */
  fireNext(until = Number.POSITIVE_INFINITY): boolean {
    for (let first = this.#heap[0]; first !== undefined && first.at <= until; first = this.#heap[0]) {
      const timer = this.#pop() as VirtualTimer
      const callback = timer.callback
      if (callback === null) continue
      this.#settle(timer)
      this.now = Math.max(this.now, timer.at)
      callback()
      return true
    }
    return false
  }

  /** Drops timers that were cleared. */
  tidy(): void {
    // In order, an array is a heap.
    this.#heap = this.#heap.filter(({ callback }) => callback !== null).sort((a, b) => (before(a, b) ? -1 : 1))
  }

  /** Forgets every timer and begins again at zero. */
  reset(turns = AT_ONCE): void {
    this.now = 0
    this.ahead = 0
    this.#turns = turns
    this.#order = 0
    this.#heap = []
    this.#held.clear()
  }

  #settle(timer: VirtualTimer): void {
    // One that was cleared stays in the heap until its time comes: it must keep nothing alive there.
    timer.callback = null
    timer.origin = null
    if (timer.isHeld) this.#count(timer.owner, -1)
  }

  #count(owner: string | null, change: 1 | -1): void {
    if (owner !== null) this.#held.set(owner, (this.#held.get(owner) ?? 0) + change)
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
