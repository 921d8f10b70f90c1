/** One connection through a tap: a client's socket, a socket to the target, and a stream each way. */
import { connect, type Socket } from 'node:net'
import type { Direction } from '../faults.ts'
import type { Endpoint } from '../system-contract.ts'
import type { StreamFault } from './stream-fault.ts'
import { Stream, type StreamCount } from './tap-stream.ts'

export interface ConnectionOptions {
  readonly target: Endpoint
  readonly counts: Readonly<Record<Direction, StreamCount>>
  readonly faults: (direction: Direction) => readonly StreamFault[]
  /** The target closed or broke it before the client did. */
  readonly onTargetClosed: () => void
  /** Both sockets are gone. */
  readonly onGone: () => void
}

export class Connection {
  readonly #client: Socket
  readonly #target: Socket
  readonly #streams: Readonly<Record<Direction, Stream>>
  /** Set when the client ended its side, or this end reset the connection. */
  #clientGone = false
  #targetGone = false
  /** Resolves when both sockets are gone. */
  readonly gone: Promise<void>

  constructor(client: Socket, options: ConnectionOptions) {
    this.#client = client
    this.#target = connect({ ...options.target, allowHalfOpen: true, noDelay: true })
    this.#streams = {
      up: this.#stream('up', client, this.#target, options),
      down: this.#stream('down', this.#target, client, options),
    }
    const clientGone = (): void => {
      this.#clientGone = true
    }
    const targetGone = (): void => {
      if (!this.#clientGone && !this.#targetGone) options.onTargetClosed()
      this.#targetGone = true
    }
    let resolveGone = (): void => {}
    this.gone = new Promise((resolve) => {
      resolveGone = resolve
    })
    const closed = (): void => {
      if (!this.#client.closed || !this.#target.closed) return
      for (const stream of Object.values(this.#streams)) stream.stop()
      options.onGone()
      resolveGone()
    }
    this.#join(client, this.#streams.up, clientGone, closed)
    this.#join(this.#target, this.#streams.down, targetGone, closed)
  }

  /** Whether the client still holds it. */
  get held(): boolean {
    return !this.#clientGone && !this.#client.destroyed
  }

  /** Resets both sides now. False when it was closed already. */
  reset(): boolean {
    const was = this.held
    this.#clientGone = true
    for (const stream of Object.values(this.#streams)) stream.stop()
    resetSocket(this.#client)
    resetSocket(this.#target)
    return was
  }

  faultsChanged(): void {
    for (const stream of Object.values(this.#streams)) stream.faultsChanged()
  }

  #stream(direction: Direction, source: Socket, sink: Socket, options: ConnectionOptions): Stream {
    return new Stream({
      source,
      sink,
      count: options.counts[direction],
      faults: () => options.faults(direction),
      connection: this,
      reset: () => void this.reset(),
    })
  }

  #join(source: Socket, stream: Stream, gone: () => void, closed: () => void): void {
    let ended = false
    source.on('data', (chunk: Buffer) => stream.bytes(chunk))
    source.on('end', () => {
      ended = true
      gone()
      stream.end()
    })
    // What broke it is told by the close that follows.
    source.on('error', () => {})
    source.on('close', (hadError) => {
      gone()
      if (hadError || !ended) stream.broken()
      closed()
    })
  }
}

function resetSocket(socket: Socket): void {
  // One that is still connecting cannot be reset; destroyed, it never gets through. One whose orderly end is just on its
  // way cannot be reset either: Node would lose its descriptor, and could not exit.
  const ending = socket.writableEnded && !socket.writableFinished
  if (socket.connecting || ending) socket.destroy()
  else socket.resetAndDestroy()
}
