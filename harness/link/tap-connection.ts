/** One connection through a tap: a client's socket, a socket to the target, and a lane each way. */
import { connect, type Socket } from 'node:net'
import type { Direction } from '../faults.ts'
import type { Endpoint } from '../system-contract.ts'
import type { LaneFault } from './tap-fault.ts'
import { Lane, type LaneCount } from './tap-lane.ts'

export interface ConnectionOptions {
  readonly target: Endpoint
  readonly counts: Readonly<Record<Direction, LaneCount>>
  readonly faults: (direction: Direction) => readonly LaneFault[]
  /** The target closed or broke it before the client did. */
  readonly onTargetClosed: () => void
  /** Both sockets are gone. */
  readonly onGone: () => void
}

export class Connection {
  readonly #client: Socket
  readonly #target: Socket
  readonly #lanes: Readonly<Record<Direction, Lane>>
  /** Set when the client ended its side, or this end reset the connection. */
  #clientGone = false
  #targetGone = false
  /** Resolves when both sockets are gone. */
  readonly gone: Promise<void>

  constructor(client: Socket, options: ConnectionOptions) {
    this.#client = client
    this.#target = connect({ ...options.target, allowHalfOpen: true, noDelay: true })
    this.#lanes = {
      up: this.#lane('up', client, this.#target, options),
      down: this.#lane('down', this.#target, client, options),
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
      for (const lane of Object.values(this.#lanes)) lane.stop()
      options.onGone()
      resolveGone()
    }
    this.#join(client, this.#lanes.up, clientGone, closed)
    this.#join(this.#target, this.#lanes.down, targetGone, closed)
  }

  /** Whether the client still holds it. */
  get held(): boolean {
    return !this.#clientGone && !this.#client.destroyed
  }

  /** Resets both sides now. False when it was closed already. */
  reset(): boolean {
    const was = this.held
    this.#clientGone = true
    for (const lane of Object.values(this.#lanes)) lane.stop()
    resetSocket(this.#client)
    resetSocket(this.#target)
    return was
  }

  faultsChanged(): void {
    for (const lane of Object.values(this.#lanes)) lane.faultsChanged()
  }

  #lane(direction: Direction, source: Socket, sink: Socket, options: ConnectionOptions): Lane {
    return new Lane({
      source,
      sink,
      count: options.counts[direction],
      faults: () => options.faults(direction),
      connection: this,
      reset: () => void this.reset(),
    })
  }

  #join(source: Socket, lane: Lane, gone: () => void, closed: () => void): void {
    let ended = false
    source.on('data', (chunk: Buffer) => lane.bytes(chunk))
    source.on('end', () => {
      ended = true
      gone()
      lane.end()
    })
    // What broke it is told by the close that follows.
    source.on('error', () => {})
    source.on('close', (hadError) => {
      gone()
      if (hadError || !ended) lane.broken()
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
