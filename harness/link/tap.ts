/**
 * A small TCP proxy on loopback. It counts connections and bytes each way and carries out every kind of fault by itself.
 */

import type { Server, Socket } from 'node:net'
import { messageOf, PassingError } from '../errors.ts'
import type { Direction } from '../faults.ts'
import type { PlannedFault } from '../plan/plan.ts'
import { type ClaimedPort, claimPort, closed, LOOPBACK, listenOn } from '../process/loopback.ts'
import type { Endpoint } from '../system-contract.ts'
import { sleep } from '../waiting.ts'
import { ActiveFaults } from './active-faults.ts'
import type { ActiveFault } from './link.ts'
import { linkFault, type StreamFault } from './stream-fault.ts'
import { Connection } from './tap-connection.ts'
import type { StreamCount } from './tap-stream.ts'

/** Totals since the tap was made. */
export interface TapCounts {
  readonly accepted: number
  /** Connections that the target closed or broke before the client did. */
  readonly closedByTarget: number
  readonly up: Readonly<StreamCount>
  readonly down: Readonly<StreamCount>
}

export interface Tap extends AsyncDisposable {
  /** Where it listens; the same for its whole life. */
  readonly port: number
  counts(): TapCounts
  /** Connections that clients hold just now. */
  connections(): number
  /** Begins a fault. Rejects with {@link PassingError} when the tap itself cannot do it. */
  begin(fault: Pick<PlannedFault, 'kind' | 'direction' | 'amount'>): Promise<ActiveFault>
  /** Lets `fault` act on, or merely watch, one direction; the function that is returned ends it. */
  add(direction: Direction, fault: StreamFault): () => void
  /** Resets every connection; returns how many clients held one. */
  resetAll(): number
}

/** How often a port that was given up is tried again, and how long in between, ms. */
const LISTEN_TRIES = 50
const LISTEN_WAIT = 20

/**
 * Makes a tap that leads to `target`. It listens `at` that address; default: anywhere on loopback. Rejects with PassingError when
 * that is taken, and stays so.
 */
export async function createTap(target: Endpoint, at?: Endpoint): Promise<Tap> {
  const tap = new TcpTap(target)
  await tap.start(at)
  return tap
}

class TcpTap implements Tap {
  port = 0
  #host = LOOPBACK
  readonly #target: Endpoint
  readonly #connections = new Set<Connection>()
  readonly #faults = new ActiveFaults(this.#connections)
  readonly #counts = { accepted: 0, closedByTarget: 0, up: { in: 0, out: 0 }, down: { in: 0, out: 0 } }
  #claim: ClaimedPort | null = null
  #server: Server | null = null
  #refusals = 0
  #disposed = false

  constructor(target: Endpoint) {
    this.#target = target
  }

  async start(at: Endpoint | undefined): Promise<void> {
    if (at !== undefined) {
      this.#host = at.host
      this.port = at.port
      return await this.#listenAgain()
    }
    this.#claim = await claimPort()
    this.port = this.#claim.port
    await this.#listenAgain()
  }

  counts(): TapCounts {
    const { up, down, ...rest } = this.#counts
    return { ...rest, up: { ...up }, down: { ...down } }
  }

  connections(): number {
    return [...this.#connections].filter((connection) => connection.held).length
  }

  async begin(planned: Pick<PlannedFault, 'kind' | 'direction' | 'amount'>): Promise<ActiveFault> {
    const fault = linkFault(planned)
    if (fault.refuses) {
      this.#refusals++
      await this.#stopListening()
    }
    const end = this.#faults.begin(fault)
    return {
      heal: async () => {
        const landed = end()
        if (fault.refuses && --this.#refusals === 0) await this.#listenAgain()
        return landed
      },
    }
  }

  add(direction: Direction, fault: StreamFault): () => void {
    return this.#faults.add(direction, fault)
  }

  resetAll(): number {
    return this.#faults.resetAll()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    await this.#stopListening()
    this.resetAll()
    await Promise.all([...this.#connections].map((connection) => connection.gone))
    await this.#claim?.[Symbol.asyncDispose]()
  }

  #accept(socket: Socket): void {
    this.#counts.accepted++
    const connection = new Connection(socket, {
      target: this.#target,
      counts: this.#counts,
      faults: (direction) => this.#faults.on(direction),
      onTargetClosed: () => this.#counts.closedByTarget++,
      onGone: () => this.#connections.delete(connection),
    })
    this.#connections.add(connection)
  }

  async #stopListening(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server !== null) await closed(server)
  }

  async #listenAgain(): Promise<void> {
    for (let tried = 1; !this.#disposed && this.#server === null; tried++) {
      try {
        this.#server = await listenOn(this.port, (socket) => this.#accept(socket), this.#host)
      } catch (error) {
        if (tried === LISTEN_TRIES)
          throw new PassingError(`a link cannot listen on its port ${this.port}: ${messageOf(error)}`, { cause: error })
        await sleep(LISTEN_WAIT)
      }
    }
  }
}
