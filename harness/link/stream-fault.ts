/**
 * What each fault of a link does, in one pure piece: which bytes of each direction are dropped, cut, held back or delayed, and
 * for how long. The taps use it on sockets, the simulated network in virtual time.
 */

import type { Landed } from '../events/system.ts'
import type { Direction } from '../faults.ts'
import type { PlannedFault } from '../plan/plan.ts'

export interface Arrival {
  /** How many of the bytes may pass, from the first. */
  readonly pass: number
  /** Reset the connection: at once, or after what passed has gone on. */
  readonly reset: 'now' | 'after' | null
}

/** What acts on one direction of every connection of a link, with what it touched. */
export interface StreamFault {
  /** Bytes arrived from the source. `connection` is one object for both directions of a connection. */
  arrive(connection: object, bytes: Uint8Array): Arrival
  /** The source ended: true when this side must not learn of it. */
  swallowsEnd?(connection: object): boolean
  /** The other side sees a reset although the source ended in an orderly way. */
  readonly endsAsReset?: boolean
  /** The source ended in an orderly way. */
  ended?(connection: object): void
  /** The other side learns this much later of such an end, ms. */
  readonly endDelay?: number
  /** Everything passes this much later, ms. */
  readonly delay?: number
  /** Largest number of bytes to write at once. */
  readonly piece?: number
  /** Time to wait before so many bytes are written, ms. */
  pace?(bytes: number): number
  landed(): Landed
  /** Connections whose stream has a hole because of it: they are reset when it ends. */
  readonly torn?: ReadonlySet<object>
}

/** A planned fault while it acts. */
export interface LinkFault {
  readonly streams: readonly (readonly [Direction, StreamFault])[]
  /** Connects are refused. */
  readonly refuses: boolean
  /** What is open when it begins is reset. */
  readonly resetsOpen: boolean
  /** What its streams have touched. */
  landed(): Landed
}

const NOTHING: Landed = { connections: 0, bytes: 0 }
const passing = (length: number): Arrival => ({ pass: length, reset: null })

/** No fault: only looks at what passes. */
export const watching = (saw: (bytes: number) => void): StreamFault => ({
  arrive(_connection, { length }) {
    saw(length)
    return passing(length)
  },
  landed: () => NOTHING,
})

/** Bandwidth is paced in steps of this length, ms. */
const STEP = 50

function blackHole(): StreamFault {
  const torn = new Set<object>()
  /** Those whose end the other side does not learn. */
  const ends = new Set<object>()
  let bytes = 0
  return {
    torn,
    arrive(connection, { length }) {
      torn.add(connection)
      bytes += length
      return { pass: 0, reset: null }
    },
    swallowsEnd(connection) {
      torn.add(connection)
      ends.add(connection)
      return true
    },
    landed: () => ({ connections: ends.size, bytes }),
  }
}

/** Counts what passes, as every fault does that only holds back. */
function counting(
  touches: (length: number) => boolean,
  how: Pick<StreamFault, 'delay' | 'piece' | 'pace'>,
): StreamFault {
  let bytes = 0
  return {
    ...how,
    arrive(_connection, { length }) {
      if (touches(length)) bytes += length
      return passing(length)
    },
    landed: () => ({ connections: 0, bytes }),
  }
}

const latency = (ms: number): StreamFault => counting(() => true, { delay: ms })

const slice = (size: number): StreamFault => {
  const piece = Math.max(1, size)
  return counting((length) => length > piece, { piece })
}

const bandwidth = (bytesPerSecond: number): StreamFault =>
  counting(() => true, {
    piece: Math.max(1, Math.floor((bytesPerSecond * STEP) / 1000)),
    pace: (bytes) => (bytes * 1000) / bytesPerSecond,
  })

/** Each connection, counted from now on, lets `limit` bytes through and is then reset. */
function cut(limit: number): StreamFault {
  const passed = new WeakMap<object, number>()
  let connections = 0
  let bytes = 0
  return {
    arrive(connection, { length }) {
      const before = passed.get(connection) ?? 0
      const left = limit - before
      passed.set(connection, before + length)
      if (length < left) return passing(length)
      connections++
      bytes += length - left
      return { pass: left, reset: 'after' }
    },
    landed: () => ({ connections, bytes }),
  }
}

/** Acts on every connection on which data flows. */
function reset(): StreamFault {
  let connections = 0
  return {
    arrive() {
      connections++
      return { pass: 0, reset: 'now' }
    },
    landed: () => ({ connections, bytes: 0 }),
  }
}

/** Nothing happens to bytes: only the end of a connection is kept back. */
function slowClose(ms: number): StreamFault {
  const ends = new Set<object>()
  return {
    endDelay: ms,
    ended: (connection) => void ends.add(connection),
    arrive: (_connection, { length }) => passing(length),
    landed: () => ({ connections: ends.size, bytes: 0 }),
  }
}

const inOneDirection = (direction: Direction, fault: StreamFault): LinkFault => ({
  streams: [[direction, fault]],
  refuses: false,
  resetsOpen: false,
  landed: fault.landed,
})

const refuse: LinkFault = { streams: [], refuses: true, resetsOpen: true, landed: () => NOTHING }

function resetBothWays(): LinkFault {
  const fault = reset()
  const streams = [['up', fault] as const, ['down', fault] as const]
  return { streams, refuses: false, resetsOpen: true, landed: fault.landed }
}

export function linkFault({ kind, direction, amount }: Pick<PlannedFault, 'kind' | 'direction' | 'amount'>): LinkFault {
  switch (kind) {
    case 'refuse':
      return refuse
    case 'reset':
      return resetBothWays()
    case 'black-hole':
      return inOneDirection(direction, blackHole())
    case 'latency':
      return inOneDirection(direction, latency(amount))
    case 'cut':
      return inOneDirection(direction, cut(amount))
    case 'slice':
      return inOneDirection(direction, slice(amount))
    case 'bandwidth':
      return inOneDirection(direction, bandwidth(amount))
    case 'slow-close':
      return inOneDirection(direction, slowClose(amount))
  }
}
