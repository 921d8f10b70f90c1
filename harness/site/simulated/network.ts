/** Simulated links: byte streams in virtual time that carry out the same faults as the real ones. */
import type { Role, Wire } from '../../adapter.ts'
import type { Landed } from '../../events/system.ts'
import type { Direction } from '../../faults.ts'
import { ActiveFaults } from '../../link/active-faults.ts'
import type { ActiveFault } from '../../link/link.ts'
import { linkFault, type StreamFault } from '../../link/stream-fault.ts'
import type { PlannedFault } from '../../plan/plan.ts'
import type { VirtualClock } from '../../virtual-clock.ts'
import type { WatchableLink } from '../watched-links.ts'
import { type Carrier, Connection } from './connection.ts'

/** One-way time of an undisturbed link, ms: a draw between these two for each chunk. */
const DELAY = { least: 0.1, most: 0.6 }

export class SimulatedLink implements WatchableLink, Carrier {
  readonly role: Role
  /** The system itself reports the requests that it received. */
  readonly requests = null
  #listener: ((direction: Direction) => void) | null = null
  readonly #clock: VirtualClock
  readonly #random: () => number
  readonly #accept: (wire: Wire) => void
  readonly #connections = new Set<Connection>()
  readonly #active = new ActiveFaults(this.#connections)
  /** Of each fault that refuses connects, how many. */
  readonly #refusing = new Set<{ refused: number }>()

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
      this.#clock.set(
        this.delay(),
        () => {
          if (this.#refusing.size > 0) {
            for (const fault of this.#refusing) fault.refused += 1
            reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
            return
          }
          const connection = new Connection(this, this.#clock)
          this.#connections.add(connection)
          this.#accept(connection.ends.up.wire)
          resolve(connection.ends.down.wire)
        },
        null,
      )
    })
  }

  forget(connection: Connection): void {
    this.#connections.delete(connection)
  }

  apply(plan: PlannedFault): Promise<ActiveFault> {
    const fault = linkFault(plan)
    const touched = { refused: 0 }
    if (fault.refuses) this.#refusing.add(touched)
    const end = this.#active.begin(fault)
    const heal = (): Landed => {
      const { connections, bytes } = end()
      this.#refusing.delete(touched)
      return { connections: connections + touched.refused, bytes }
    }
    return Promise.resolve({ heal: () => Promise.resolve(heal()) })
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#active.resetAll()
    return Promise.resolve()
  }
}
