/** Simulated links: byte streams in virtual time that carry out the same faults as the real ones. */
import type { Role, Wire } from '../../adapter.ts'
import type { Landed } from '../../events/system.ts'
import type { Direction } from '../../faults.ts'
import { ActiveFaults } from '../../link/active-faults.ts'
import type { ActiveFault } from '../../link/link.ts'
import { linkFault, type StreamFault } from '../../link/stream-fault.ts'
import type { PlannedFault } from '../../plan/plan.ts'
import type { VirtualClock, VirtualTimer } from '../../virtual-clock.ts'
import type { WatchableLink } from '../watched-links.ts'
import { type Carrier, Connection } from './connection.ts'

/** One-way time of an undisturbed link, ms: a draw between these two for each chunk. */
const DELAY = { least: 0.1, most: 0.6 }

const DIRECTIONS = ['up', 'down'] as const

/** What a fault has done to connections that were coming up. */
interface Touched {
  connects: number
}

/** A connection that is coming up. */
interface Dial {
  /** When it would be up without a fault, ms. */
  readonly due: number
  readonly connect: () => void
  timer: VirtualTimer
}

export class SimulatedLink implements WatchableLink, Carrier {
  readonly role: Role
  /** The system itself reports the requests that it received. */
  readonly requests = null
  #listener: ((direction: Direction) => void) | null = null
  readonly #clock: VirtualClock
  readonly #random: () => number
  readonly #accept: (wire: Wire) => void
  readonly #connections = new Set<Connection>()
  readonly #dialling = new Set<Dial>()
  readonly #active = new ActiveFaults(this.#connections)
  /** Of each fault that refuses connects, and of each that makes them late, how many. */
  readonly #refusing = new Set<Touched>()
  readonly #delaying = new Set<Touched>()

  constructor(role: Role, clock: VirtualClock, random: () => number, accept: (wire: Wire) => void) {
    this.role = role
    this.#clock = clock
    this.#random = random
    this.#accept = accept
  }

  watch(listener: ((direction: Direction) => void) | null): void {
    this.#listener = listener
  }

  connections(): number {
    return [...this.#connections].filter(({ open }) => open).length
  }

  delay(): number {
    return DELAY.least + this.#random() * (DELAY.most - DELAY.least)
  }

  faults(direction: Direction): readonly StreamFault[] {
    return this.#active.on(direction)
  }

  sent(direction: Direction): void {
    this.#listener?.(direction)
  }

  dial(): Promise<Wire> {
    return new Promise((resolve, reject) => {
      for (const fault of this.#delaying) fault.connects += 1
      const due = this.#clock.now + this.delay()
      const connect = (): void => {
        this.#dialling.delete(dial)
        if (this.#refusing.size > 0) {
          for (const fault of this.#refusing) fault.connects += 1
          reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
          return
        }
        const connection = new Connection(this, this.#clock)
        this.#connections.add(connection)
        this.#accept(connection.ends.up.wire)
        resolve(connection.ends.down.wire)
      }
      const dial: Dial = { due, connect, timer: this.#await(due, connect) }
      this.#dialling.add(dial)
    })
  }

  /** A connection comes up after a round trip, which a latency makes longer. */
  #await(due: number, connect: () => void): VirtualTimer {
    const held = DIRECTIONS.flatMap((direction) => this.faults(direction)).map(({ delay = 0 }) => delay)
    const later = held.reduce((sum, delay) => sum + delay, 0)
    return this.#clock.set(Math.max(0, due - this.#clock.now) + later, connect, null)
  }

  forget(connection: Connection): void {
    this.#connections.delete(connection)
  }

  apply(plan: PlannedFault): Promise<ActiveFault> {
    const fault = linkFault(plan)
    const touched = { connects: 0 }
    if (fault.refuses) this.#refusing.add(touched)
    if (fault.streams.some(([, { delay = 0 }]) => delay > 0)) this.#delaying.add(touched)
    const end = this.#active.begin(fault)
    const heal = (): Landed => {
      const { connections, bytes } = end()
      this.#refusing.delete(touched)
      this.#delaying.delete(touched)
      for (const dial of this.#dialling) {
        this.#clock.clear(dial.timer)
        dial.timer = this.#await(dial.due, dial.connect)
      }
      return { connections: connections + touched.connects, bytes }
    }
    return Promise.resolve({ heal: () => Promise.resolve(heal()) })
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#active.resetAll()
    return Promise.resolve()
  }
}
