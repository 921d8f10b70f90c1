/** One direction of one connection: bytes arrive, faults act on them, and what is left goes on in order. */
import type { Socket } from 'node:net'
import type { Arrival, StreamFault } from './tap-fault.ts'

/** Bytes waiting in a stream at which its source is paused, and at which it goes on. */
const PAUSE_AT = 256 * 1024
const RESUME_AT = 64 * 1024

/** A reset that comes together with the bytes before it looks like an orderly end to some clients; this parts them, ms. */
const BEFORE_RESET = 5

export interface StreamCount {
  /** Read from the source. */
  in: number
  /** Handed to the destination's socket. */
  out: number
}

interface Waiting {
  readonly item:
    | { readonly type: 'bytes'; readonly bytes: Buffer }
    | { readonly type: 'end' }
    | { readonly type: 'reset' }
  /** When it would go on without faults. */
  readonly at: number
}

export interface StreamOptions {
  readonly source: Socket
  readonly sink: Socket
  readonly count: StreamCount
  /** What acts on this stream just now, in the order in which it began. */
  readonly faults: () => readonly StreamFault[]
  /** Names the connection to the faults. */
  readonly connection: object
  /** The stream has a hole, or was reset: it must not go on. */
  readonly reset: () => void
}

export class Stream {
  readonly #options: StreamOptions
  readonly #queue: Waiting[] = []
  #queued = 0
  #pumping = false
  #stopped = false
  /** Set once the stream is over: nothing that arrives later is let through. */
  #over = false
  #wake: (() => void) | null = null

  constructor(options: StreamOptions) {
    this.#options = options
  }

  bytes(chunk: Buffer): void {
    this.#options.count.in += chunk.length
    if (this.#over) return
    const arrival = this.#arrive(chunk)
    if (arrival.pass.length > 0) this.#push({ type: 'bytes', bytes: arrival.pass })
    if (arrival.reset === 'now') this.#options.reset()
    else if (arrival.reset === 'after') this.#finish({ type: 'reset' })
  }

  end(): void {
    if (this.#over || this.#swallowed()) return
    for (const fault of this.#options.faults()) fault.ended?.(this.#options.connection)
    const asReset = this.#options.faults().some((fault) => fault.endsAsReset === true)
    this.#finish({ type: asReset ? 'reset' : 'end' })
  }

  /** The source is gone without an orderly end. */
  broken(): void {
    if (!this.#swallowed()) this.#finish({ type: 'reset' })
  }

  /** A fault began or ended: what waits is looked at again. */
  faultsChanged(): void {
    this.#wake?.()
  }

  stop(): void {
    this.#stopped = true
    this.#queue.length = 0
    this.#wake?.()
  }

  #arrive(chunk: Buffer): Arrival {
    let pass = chunk
    for (const fault of this.#options.faults()) {
      const arrival = fault.arrive(this.#options.connection, pass)
      if (arrival.reset !== null) return arrival
      pass = arrival.pass
    }
    return { pass, reset: null }
  }

  #swallowed(): boolean {
    return this.#options.faults().some((fault) => fault.swallowsEnd?.(this.#options.connection) === true)
  }

  #finish(item: { readonly type: 'end' } | { readonly type: 'reset' }): void {
    this.#over = true
    this.#push(item)
  }

  #push(item: Waiting['item']): void {
    if (this.#stopped) return
    const settling = item.type === 'reset' ? BEFORE_RESET : 0
    this.#queue.push({ item, at: performance.now() + settling })
    if (item.type === 'bytes') this.#queued += item.bytes.length
    if (this.#queued > PAUSE_AT) this.#options.source.pause()
    if (!this.#pumping) void this.#pump()
  }

  /** Awaits only where it must, so that without faults a chunk goes on in the same turn. */
  async #pump(): Promise<void> {
    this.#pumping = true
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const wait = next.at + this.#delay(next.item.type) - performance.now()
      if (wait > 0) {
        await this.#sleep(wait)
        continue
      }
      this.#queue.shift()
      if (next.item.type === 'bytes') await this.#deliver(next.item.bytes)
      else if (next.item.type === 'end') this.#options.sink.end()
      else this.#options.reset()
    }
    this.#pumping = false
  }

  #delay(type: Waiting['item']['type']): number {
    const ending = type === 'end'
    return this.#options.faults().reduce((sum, { delay = 0, endDelay = 0 }) => sum + delay + (ending ? endDelay : 0), 0)
  }

  async #deliver(bytes: Buffer): Promise<void> {
    let rest = bytes
    while (rest.length > 0 && !this.#stopped) {
      const faults = this.#options.faults()
      const piece = rest.subarray(0, Math.min(rest.length, ...faults.map((fault) => fault.piece ?? rest.length)))
      const pace = Math.max(0, ...faults.map((fault) => fault.pace?.(piece.length) ?? 0))
      // After a fault has changed, the piece is cut anew.
      if (pace > 0 && (await this.#sleep(pace)) === 'woken') continue
      await this.#write(piece)
      if (piece.length < rest.length) await new Promise((resolve) => setImmediate(resolve))
      rest = rest.subarray(piece.length)
      this.#queued -= piece.length
    }
    if (this.#queued < RESUME_AT && this.#options.source.isPaused()) this.#options.source.resume()
  }

  async #write(piece: Buffer): Promise<void> {
    const { sink, count } = this.#options
    if (sink.destroyed) return
    count.out += piece.length
    if (sink.write(piece)) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        sink.off('drain', done)
        sink.off('close', done)
        resolve()
      }
      sink.on('drain', done)
      sink.on('close', done)
    })
  }

  /** Never shorter than `ms` unless woken; `Infinity` waits to be woken. */
  #sleep(ms: number): Promise<'over' | 'woken'> {
    const until = performance.now() + ms
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | null = null
      const settle = (how: 'over' | 'woken'): void => {
        if (timer !== null) clearTimeout(timer)
        this.#wake = null
        resolve(how)
      }
      const arm = (): void => {
        const left = until - performance.now()
        if (left <= 0) settle('over')
        else timer = setTimeout(arm, Math.ceil(left))
      }
      this.#wake = () => settle('woken')
      if (Number.isFinite(ms)) arm()
    })
  }
}
