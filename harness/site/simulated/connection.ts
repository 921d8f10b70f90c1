/** One connection of a simulated link: what either end writes arrives at the other one later, in order, or never. */
import type { Wire } from '../../adapter.ts'
import type { Direction } from '../../faults.ts'
import type { VirtualClock } from './clock.ts'

/** What a connection asks of its link. */
export interface Carrier {
  /** One-way time of an undisturbed link, ms. */
  delay(): number
  /** How much later than its bytes the end of a connection arrives, ms. */
  closing(direction: Direction): number
  /** At once, or when nothing keeps that direction back any more. */
  unlessStalled(direction: Direction, go: () => void): void
  /** Takes what was written. */
  carry(connection: Connection, direction: Direction, bytes: Uint8Array): void
  forget(connection: Connection): void
}

interface End {
  readonly wire: Wire
  deliver(bytes: Uint8Array): void
  closed(error?: Error): void
  readonly isClosed: () => boolean
}

export class Connection {
  readonly ends: { up: End; down: End }
  /** When the last chunk of each direction arrives: chunks never overtake. */
  readonly #arrival = { up: 0, down: 0 }
  holed = false
  open = true
  readonly #link: Carrier
  readonly #clock: VirtualClock
  constructor(link: Carrier, clock: VirtualClock) {
    this.#link = link
    this.#clock = clock
    // What the client writes travels up to the server's end, and the other way round.
    this.ends = {
      up: createEnd(
        (bytes) => this.#send('down', bytes),
        () => this.#finish('down'),
      ),
      down: createEnd(
        (bytes) => this.#send('up', bytes),
        () => this.#finish('up'),
      ),
    }
  }

  #send(direction: Direction, bytes: Uint8Array): void {
    if (this.open) this.#link.carry(this, direction, bytes)
  }

  arrive(direction: Direction, bytes: Uint8Array, delay: number): void {
    this.#at(direction, delay, () => this.ends[direction].deliver(bytes))
  }

  /** An orderly end: what was sent before still arrives. */
  #finish(direction: Direction): void {
    if (!this.open) return
    this.open = false
    this.#link.forget(this)
    this.#link.unlessStalled(direction, () => {
      this.#at(direction, this.#link.delay() + this.#link.closing(direction), () => this.ends[direction].closed())
    })
  }

  /** A reset: what is still under way is lost, and both ends hear of it. */
  reset(afterChunks = false): void {
    if (!this.open) return
    this.open = false
    this.#link.forget(this)
    const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    for (const direction of ['up', 'down'] as const) {
      const end = this.ends[direction]
      if (afterChunks) this.#at(direction, 0, () => end.closed(error))
      else this.#clock.set(0, () => end.closed(error), null)
    }
  }

  #at(direction: Direction, delay: number, run: () => void): void {
    const arrival = Math.max(this.#arrival[direction], this.#clock.now + delay)
    this.#arrival[direction] = arrival
    this.#clock.set(arrival - this.#clock.now, run, null)
  }
}

function createEnd(write: (bytes: Uint8Array) => void, finish: () => void): End {
  let onData: ((bytes: Uint8Array) => void) | null = null
  let onClosed: ((error?: Error) => void) | null = null
  let isClosed = false
  const early: Uint8Array[] = []
  const end: End = {
    isClosed: () => isClosed,
    deliver(bytes) {
      if (isClosed) return
      if (onData === null) early.push(bytes)
      else onData(bytes)
    },
    closed(error) {
      if (isClosed) return
      isClosed = true
      onClosed?.(error)
    },
    wire: {
      write(bytes) {
        if (!isClosed) write(bytes.slice())
      },
      destroy() {
        if (isClosed) return
        isClosed = true
        finish()
        const listener = onClosed
        queueMicrotask(() => listener?.())
      },
      onData(listener) {
        onData = listener
        for (const bytes of early.splice(0)) listener(bytes)
      },
      onClosed(listener) {
        onClosed = listener
      },
    },
  }
  return end
}
