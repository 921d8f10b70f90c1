/** The faults that act on the connections of one link just now, whoever carries the bytes. */

import type { Landed } from '../events/system.ts'
import type { Direction } from '../faults.ts'
import type { LinkFault, StreamFault } from './stream-fault.ts'

/** A connection whose streams ask what acts on them. */
interface Faulted {
  /** False when it was closed already. */
  reset(): boolean
  /** A fault began or ended: what waits is looked at again. */
  faultsChanged(): void
}

export class ActiveFaults {
  readonly #connections: ReadonlySet<Faulted>
  readonly #faults: Record<Direction, readonly StreamFault[]> = { up: [], down: [] }

  constructor(connections: ReadonlySet<Faulted>) {
    this.#connections = connections
  }

  /** In the order in which they began. */
  on(direction: Direction): readonly StreamFault[] {
    return this.#faults[direction]
  }

  /** Lets `fault` act on one direction; the function that is returned ends it. */
  add(direction: Direction, fault: StreamFault): () => void {
    this.#faults[direction] = [...this.#faults[direction], fault]
    this.#changed()
    return () => {
      this.#faults[direction] = this.#faults[direction].filter((active) => active !== fault)
      for (const connection of [...this.#connections]) if (fault.torn?.has(connection)) connection.reset()
      this.#changed()
    }
  }

  /** Resets every connection; returns how many were open. */
  resetAll(): number {
    return [...this.#connections].filter((connection) => connection.reset()).length
  }

  /** Begins all of `fault` but refusing connects; the function that is returned ends it, and tells what it touched. */
  begin(fault: LinkFault): () => Landed {
    const ends = fault.streams.map(([direction, stream]) => this.add(direction, stream))
    const reset = fault.resetsOpen ? this.resetAll() : 0
    return () => {
      const { connections, bytes } = fault.landed()
      for (const end of ends) end()
      return { connections: connections + reset, bytes }
    }
  }

  #changed(): void {
    for (const connection of [...this.#connections]) connection.faultsChanged()
  }
}
