/** One connection of a simulated link: what either end writes arrives at the other one later, in order, or never. */
import type { Wire } from '../../adapter.ts'
import type { Direction } from '../../faults.ts'
import { FaultyStream } from '../../link/faulty-stream.ts'
import type { StreamFault } from '../../link/stream-fault.ts'
import type { VirtualClock, VirtualTimer } from '../../virtual-clock.ts'

/** What a connection asks of its link. */
export interface Carrier {
  /** One-way time of an undisturbed link, ms. */
  delay(): number
  faults(direction: Direction): readonly StreamFault[]
  /** Something was written. */
  sent(direction: Direction): void
  /** Both ends know of its end. */
  forget(connection: Connection): void
}

interface End {
  readonly wire: Wire
  deliver(bytes: Uint8Array): void
  closed(error?: Error): void
}

interface Line {
  readonly stream: FaultyStream
  /** When the last chunk arrives on an undisturbed link: chunks never overtake. */
  arrival: number
  timer: VirtualTimer | null
}

export class Connection {
  readonly ends: Readonly<Record<Direction, End>>
  /** Neither end has closed it. */
  open = true
  readonly #lines: Readonly<Record<Direction, Line>>
  readonly #link: Carrier
  readonly #clock: VirtualClock
  constructor(link: Carrier, clock: VirtualClock) {
    this.#link = link
    this.#clock = clock
    this.#lines = { up: this.#line('up'), down: this.#line('down') }
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

  /** Notifies both ends; bytes in flight are lost. False if it was closed already. */
  reset(): boolean {
    const was = this.open
    this.#gone()
    const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    for (const end of [this.ends.up, this.ends.down]) this.#clock.set(0, () => end.closed(error), null)
    return was
  }

  /** A fault began or ended: what waits is looked at again. */
  faultsChanged(): void {
    for (const direction of ['up', 'down'] as const) {
      const line = this.#lines[direction]
      line.stream.faultsChanged()
      if (line.timer !== null) this.#clock.clear(line.timer)
      line.timer = null
      this.#await(direction)
    }
  }

  #line(direction: Direction): Line {
    const stream = new FaultyStream(this, () => this.#link.faults(direction))
    return { stream, arrival: 0, timer: null }
  }

  #send(direction: Direction, bytes: Uint8Array): void {
    if (!this.open || bytes.length === 0) return
    this.#link.sent(direction)
    if (this.#lines[direction].stream.bytes(bytes, this.#arrival(direction))) this.#await(direction)
    else this.reset()
  }

  /** An orderly end: what was sent before still arrives. */
  #finish(direction: Direction): void {
    if (!this.open) return
    this.open = false
    this.#lines[direction].stream.end(this.#arrival(direction))
    this.#await(direction)
  }

  #arrival(direction: Direction): number {
    const line = this.#lines[direction]
    line.arrival = Math.max(line.arrival, this.#clock.now + this.#link.delay())
    return line.arrival
  }

  /** Each thing that arrives does so in a turn of its own. */
  #await(direction: Direction): void {
    const line = this.#lines[direction]
    if (line.timer !== null) return
    const { now } = this.#clock
    const due = line.stream.due(now)
    if (due === null || due === Number.POSITIVE_INFINITY) return
    line.timer = this.#clock.set(Math.max(0, due - now), () => this.#arrive(direction, due), null)
  }

  /** `at`: when it was due, which the clock reaches but for the last digit. */
  #arrive(direction: Direction, at: number): void {
    const line = this.#lines[direction]
    line.timer = null
    const now = Math.max(at, this.#clock.now)
    // Its pace is known only now that it would go on.
    if ((line.stream.due(now) ?? 0) <= now) this.#goOn(direction)
    this.#await(direction)
  }

  #goOn(direction: Direction): void {
    const step = this.#lines[direction].stream.take()
    if (step?.type === 'bytes') this.ends[direction].deliver(step.bytes)
    else if (step?.type === 'reset') this.reset()
    else if (step?.type === 'end') {
      this.#gone()
      this.ends[direction].closed()
    }
  }

  #gone(): void {
    this.open = false
    for (const { stream } of [this.#lines.up, this.#lines.down]) stream.stop()
    this.#link.forget(this)
  }
}

function createEnd(write: (bytes: Uint8Array) => void, finish: () => void): End {
  let onData: ((bytes: Uint8Array) => void) | null = null
  let onClosed: ((error?: Error) => void) | null = null
  let isClosed = false
  const early: Uint8Array[] = []
  const end: End = {
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
