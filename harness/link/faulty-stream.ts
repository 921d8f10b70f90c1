/**
 * One direction of one connection: bytes arrive, faults act on them, and the rest continues in order. It has no clock and moves
 * nothing by itself: it says when something continues, and what. Times are in ms of the caller's clock.
 */
import type { StreamFault } from './stream-fault.ts'

/** The next bytes to pass on. If they are only part of a piece, the rest follows. */
export type Step =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array; readonly isWhole: boolean }
  | { readonly type: 'end' }
  | { readonly type: 'reset' }

interface Waiting {
  readonly type: 'bytes' | 'end' | 'reset'
  /** What has not gone on yet. */
  rest: Uint8Array | null
  /** When it would pass without faults. */
  readonly at: number
}

export class FaultyStream {
  readonly #connection: object
  readonly #faults: () => readonly StreamFault[]
  readonly #beforeReset: number
  readonly #queue: Waiting[] = []
  /** Set once the stream is over: nothing that arrives later is let through. */
  #over = false
  #stopped = false
  /** Since when the piece at the head is held back by its pace. */
  #pacedSince: number | null = null
  /** Bytes that have not gone on yet. */
  waiting = 0

  /**
   * `connection` names the connection to the faults; `faults` gives what acts on it just now, in the order in which it began.
   * `beforeReset` parts a reset from the bytes before it, ms.
   */
  constructor(connection: object, faults: () => readonly StreamFault[], beforeReset = 0) {
    this.#connection = connection
    this.#faults = faults
    this.#beforeReset = beforeReset
  }

  /** `at`: when it would go on without faults. False when the connection is to be reset at once. */
  bytes(chunk: Uint8Array, at: number): boolean {
    if (this.#over) return true
    let pass = chunk
    for (const fault of this.#faults()) {
      const arrival = fault.arrive(this.#connection, pass)
      if (arrival.reset === 'now') return false
      if (arrival.pass < pass.length) pass = pass.subarray(0, arrival.pass)
      if (arrival.reset !== 'after') continue
      this.#hold(pass, at)
      this.#finish('reset', at)
      return true
    }
    this.#hold(pass, at)
    return true
  }

  /** The source ended in an orderly way. */
  end(at: number): void {
    if (this.#over || this.#isSwallowed()) return
    for (const fault of this.#faults()) fault.ended?.(this.#connection)
    this.#finish(this.#faults().some((fault) => fault.endsAsReset === true) ? 'reset' : 'end', at)
  }

  /** The source is gone without an orderly end. */
  broken(at: number): void {
    if (!this.#stopped && !this.#isSwallowed()) this.#finish('reset', at)
  }

  /** A fault began or ended: the delay of a piece that a bandwidth fault held back is computed again. */
  faultsChanged(): void {
    this.#pacedSince = null
  }

  /** Forgets what waits, and what comes. */
  stop(): void {
    this.#over = true
    this.#stopped = true
    this.#queue.length = 0
    this.waiting = 0
  }

  /** When the next of it goes on: now, where that is past; `Infinity` until faults change; null when nothing waits. */
  due(now: number): number | null {
    const head = this.#queue[0]
    if (head === undefined) return null
    let due = head.at
    for (const { delay = 0, endDelay = 0 } of this.#faults()) due += delay + (head.type === 'end' ? endDelay : 0)
    if (due > now || head.rest === null) return due
    const size = this.#sizeOf(head.rest)
    let pace = 0
    for (const fault of this.#faults()) pace = Math.max(pace, fault.pace?.(size) ?? 0)
    if (pace === 0) return due
    this.#pacedSince ??= now
    return this.#pacedSince + pace
  }

  /** Takes off what is due; null when nothing waits. */
  take(): Step | null {
    const head = this.#queue[0]
    if (head === undefined) return null
    this.#pacedSince = null
    if (head.rest === null) {
      this.#queue.shift()
      return { type: head.type === 'end' ? 'end' : 'reset' }
    }
    const bytes = head.rest
    const size = this.#sizeOf(bytes)
    this.waiting -= size
    const isWhole = size === bytes.length
    if (isWhole) this.#queue.shift()
    else head.rest = bytes.subarray(size)
    return { type: 'bytes', bytes: isWhole ? bytes : bytes.subarray(0, size), isWhole }
  }

  /** How many of these bytes pass at once. */
  #sizeOf({ length }: Uint8Array): number {
    let size = length
    for (const { piece = size } of this.#faults()) size = Math.min(size, piece)
    return size
  }

  #isSwallowed(): boolean {
    return this.#faults().some((fault) => fault.swallowsEnd?.(this.#connection) === true)
  }

  #hold(bytes: Uint8Array, at: number): void {
    if (bytes.length === 0) return
    this.waiting += bytes.length
    this.#queue.push({ type: 'bytes', rest: bytes, at })
  }

  #finish(type: 'end' | 'reset', at: number): void {
    this.#over = true
    this.#queue.push({ type, rest: null, at: type === 'reset' ? at + this.#beforeReset : at })
  }
}
