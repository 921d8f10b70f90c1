/** Simulated links: byte streams in virtual time that carry out the same faults as the real ones. */
import type { Role, Wire } from '../../adapter.ts'
import type { Direction } from '../../faults.ts'
import type { Landed } from '../../history/event.ts'
import type { ActiveFault } from '../../link/link.ts'
import type { PlannedFault } from '../../plan/plan.ts'
import type { WatchableLink } from '../watched-links.ts'
import type { VirtualClock } from './clock.ts'
import { type Carrier, Connection } from './connection.ts'

/** One-way time of an undisturbed link, ms: a draw between these two for each chunk. */
const DELAY = { least: 0.1, most: 0.6 }

interface Fault {
  readonly plan: PlannedFault
  landed: { connections: number; bytes: number }
  /** cut: bytes that each connection has let through since the fault began. */
  readonly through: Map<Connection, number>
  /** bandwidth 0: what waits for the end of the fault, in order. */
  readonly held: (() => void)[]
}

export class SimulatedLink implements WatchableLink, Carrier {
  readonly role: Role
  /** The system itself tells what it was asked to store. */
  readonly requests = null
  #listener: ((direction: Direction) => void) | null = null
  readonly #clock: VirtualClock
  readonly #random: () => number
  readonly #accept: (wire: Wire) => void
  readonly #connections = new Set<Connection>()
  readonly #faults = new Set<Fault>()
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
    return this.#connections.size
  }

  delay(): number {
    return DELAY.least + this.#random() * (DELAY.most - DELAY.least)
  }

  /** How much later than its bytes the end of a connection arrives, ms. */
  closing(direction: Direction): number {
    const slow = this.#active('slow-close', direction)
    for (const fault of slow) fault.landed.connections += 1
    return slow.reduce((sum, { plan }) => sum + plan.amount, 0)
  }

  dial(): Promise<Wire> {
    return new Promise((resolve, reject) => {
      this.#clock.set(
        this.delay(),
        () => {
          const refused = this.#active('refuse')
          if (refused.length > 0) {
            for (const fault of refused) fault.landed.connections += 1
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

  carry(connection: Connection, direction: Direction, bytes: Uint8Array): void {
    this.#listener?.(direction)
    for (const fault of this.#active('reset')) {
      fault.landed.connections += 1
      connection.reset()
      return
    }
    const holes = this.#active('black-hole', direction)
    if (holes.length > 0) {
      for (const fault of holes) fault.landed.bytes += bytes.length
      connection.holed = true
      return
    }
    this.unlessStalled(direction, () => this.#pass(connection, direction, bytes), bytes.length)
  }

  /** At once, or when the last fault has ended that lets nothing through. */
  unlessStalled(direction: Direction, go: () => void, bytes = 0): void {
    const stall = this.#active('bandwidth', direction).find(({ plan }) => plan.amount === 0)
    if (stall === undefined) {
      go()
      return
    }
    stall.landed.bytes += bytes
    stall.held.push(() => this.unlessStalled(direction, go))
  }

  #pass(connection: Connection, direction: Direction, bytes: Uint8Array): void {
    const { allowed, cut } = this.#allowance(connection, direction, bytes.length)
    const extra = this.#extraDelay(direction, allowed)
    this.#arriveSliced(connection, direction, bytes.subarray(0, allowed), extra)
    if (cut !== null) {
      cut.landed.connections += 1
      connection.reset(true)
    }
  }

  /** How many of these bytes a cut lets through, and the cut that stops the rest. */
  #allowance(connection: Connection, direction: Direction, length: number): { allowed: number; cut: Fault | null } {
    for (const fault of this.#active('cut', direction)) {
      const through = fault.through.get(connection) ?? 0
      fault.through.set(connection, through + length)
      if (through + length > fault.plan.amount) return { allowed: Math.max(0, fault.plan.amount - through), cut: fault }
    }
    return { allowed: length, cut: null }
  }

  #extraDelay(direction: Direction, length: number): number {
    let extra = 0
    for (const fault of this.#active('latency', direction)) {
      fault.landed.bytes += length
      extra += fault.plan.amount
    }
    for (const fault of this.#active('bandwidth', direction)) {
      fault.landed.bytes += length
      extra += (length / fault.plan.amount) * 1000
    }
    return extra
  }

  #arriveSliced(connection: Connection, direction: Direction, bytes: Uint8Array, extra: number): void {
    const slicer = this.#active('slice', direction)[0]
    if (bytes.length === 0) return
    if (slicer === undefined) {
      connection.arrive(direction, bytes, this.delay() + extra)
      return
    }
    slicer.landed.bytes += bytes.length
    const size = Math.max(1, slicer.plan.amount)
    for (let start = 0; start < bytes.length; start += size) {
      connection.arrive(direction, bytes.subarray(start, start + size), this.delay() + extra)
    }
  }

  apply(plan: PlannedFault): Promise<ActiveFault> {
    const fault: Fault = { plan, landed: { connections: 0, bytes: 0 }, through: new Map(), held: [] }
    this.#faults.add(fault)
    if (plan.kind === 'refuse' || plan.kind === 'reset') {
      for (const connection of [...this.#connections]) {
        fault.landed.connections += 1
        connection.reset()
      }
    }
    return Promise.resolve({ heal: () => Promise.resolve(this.#heal(fault)) })
  }

  #heal(fault: Fault): Landed {
    this.#faults.delete(fault)
    for (const go of fault.held) go()
    if (fault.plan.kind === 'black-hole') {
      for (const connection of [...this.#connections]) if (connection.holed) connection.reset()
    }
    return { ...fault.landed }
  }

  #active(kind: PlannedFault['kind'], direction?: Direction): Fault[] {
    if (this.#faults.size === 0) return []
    return [...this.#faults].filter(
      (fault) => fault.plan.kind === kind && (direction === undefined || fault.plan.direction === direction),
    )
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const connection of [...this.#connections]) connection.reset()
    return Promise.resolve()
  }
}
