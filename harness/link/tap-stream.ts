/** One direction of one connection through a tap: carries a {@link FaultyStream} out on sockets. */
import type { Socket } from 'node:net'
import { FaultyStream } from './faulty-stream.ts'
import type { StreamFault } from './stream-fault.ts'

/** The number of waiting bytes at which the source of a stream is paused, and at which it resumes. */
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

export interface StreamOptions {
  readonly source: Socket
  readonly sink: Socket
  readonly count: StreamCount
  /** What acts on this stream just now, in the order in which it began. */
  readonly faults: () => readonly StreamFault[]
  /** Names the connection to the faults. */
  readonly connection: object
  /** The stream has a hole, or was reset: it must not continue. */
  readonly reset: () => void
}

export class Stream {
  readonly #options: StreamOptions
  readonly #stream: FaultyStream
  #pumping = false
  #wake: (() => void) | null = null

  constructor(options: StreamOptions) {
    this.#options = options
    this.#stream = new FaultyStream(options.connection, options.faults, BEFORE_RESET)
  }

  bytes(chunk: Buffer): void {
    this.#options.count.in += chunk.length
    if (!this.#stream.bytes(chunk, performance.now())) this.#options.reset()
    if (this.#stream.waiting > PAUSE_AT) this.#options.source.pause()
    this.#go()
  }

  end(): void {
    this.#stream.end(performance.now())
    this.#go()
  }

  /** The source is gone without an orderly end. */
  broken(): void {
    this.#stream.broken(performance.now())
    this.#go()
  }

  /** A fault began or ended: what waits is looked at again. */
  faultsChanged(): void {
    this.#stream.faultsChanged()
    this.#wake?.()
  }

  stop(): void {
    this.#stream.stop()
    this.#wake?.()
  }

  #go(): void {
    if (!this.#pumping) void this.#pump()
  }

  /** Awaits only where it must, so that without faults a chunk goes on in the same turn. */
  async #pump(): Promise<void> {
    this.#pumping = true
    for (let due = this.#due(); due !== null; due = this.#due()) {
      if (due > performance.now()) await this.#sleep(due)
      else await this.#goOn()
    }
    this.#pumping = false
  }

  #due(): number | null {
    return this.#stream.due(performance.now())
  }

  async #goOn(): Promise<void> {
    const step = this.#stream.take()
    if (step?.type === 'bytes') await this.#deliver(step)
    else if (step?.type === 'end') this.#options.sink.end()
    else if (step?.type === 'reset') this.#options.reset()
  }

  async #deliver({ bytes, isWhole }: { readonly bytes: Uint8Array; readonly isWhole: boolean }): Promise<void> {
    await this.#write(bytes)
    if (!isWhole) await new Promise((resolve) => setImmediate(resolve))
    if (this.#stream.waiting < RESUME_AT && this.#options.source.isPaused()) this.#options.source.resume()
  }

  async #write(piece: Uint8Array): Promise<void> {
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

  /** Never shorter unless woken; `Infinity` waits to be woken. */
  #sleep(until: number): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | null = null
      const settle = (): void => {
        if (timer !== null) clearTimeout(timer)
        this.#wake = null
        resolve()
      }
      const arm = (): void => {
        const left = until - performance.now()
        if (left <= 0) settle()
        else timer = setTimeout(arm, Math.ceil(left))
      }
      this.#wake = settle
      if (Number.isFinite(until)) arm()
    })
  }
}
