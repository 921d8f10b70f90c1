/** What faults do to one direction of a tap's connections. Each is one small object with what it touched. */
import type { Landed } from '../history/event.ts'
import type { PlannedFault } from '../plan/plan.ts'

export interface Arrival {
  /** Bytes that may go on; empty for none. */
  readonly pass: Buffer
  /** Reset the connection: at once, or after what passed has gone on. */
  readonly reset: 'now' | 'after' | null
}

export interface StreamFault {
  /** Bytes arrived from the source. `connection` is one object for both directions of a connection. */
  arrive(connection: object, chunk: Buffer): Arrival
  /** The source ended: true when this side must not learn of it. */
  swallowsEnd?(connection: object): boolean
  /** The other side sees a reset where the source ended in good order. */
  readonly endsAsReset?: boolean
  /** The source ended in good order. */
  ended?(connection: object): void
  /** The other side learns this much later of such an end, ms. */
  readonly endDelay?: number
  /** Everything goes on this much later, ms. */
  readonly delay?: number
  /** Largest number of bytes to write at once. */
  readonly piece?: number
  /** Time to wait before so many bytes are written, ms. */
  pace?(bytes: number): number
  landed(): Landed
  /** Connections whose stream has a hole because of it: they are reset when it ends. */
  readonly torn?: ReadonlySet<object>
}

const NOTHING = Buffer.alloc(0)
const passing = (chunk: Buffer): Arrival => ({ pass: chunk, reset: null })

/** No fault: only looks at what passes. */
export const watching = (saw: (bytes: number) => void): StreamFault => ({
  arrive(_connection, chunk) {
    saw(chunk.length)
    return passing(chunk)
  },
  landed: () => ({ connections: 0, bytes: 0 }),
})

/** Bandwidth is paced in steps of this length, ms. */
const STEP = 50

function blackHole(): StreamFault {
  const torn = new Set<object>()
  let bytes = 0
  return {
    torn,
    arrive(connection, chunk) {
      torn.add(connection)
      bytes += chunk.length
      return { pass: NOTHING, reset: null }
    },
    swallowsEnd(connection) {
      torn.add(connection)
      return true
    },
    landed: () => ({ connections: 0, bytes }),
  }
}

/** Counts what passes, as every fault does that only holds back. */
function counting(
  touches: (chunk: Buffer) => boolean,
  how: Pick<StreamFault, 'delay' | 'piece' | 'pace'>,
): StreamFault {
  let bytes = 0
  return {
    ...how,
    arrive(_connection, chunk) {
      if (touches(chunk)) bytes += chunk.length
      return passing(chunk)
    },
    landed: () => ({ connections: 0, bytes }),
  }
}

const latency = (ms: number): StreamFault => counting(() => true, { delay: ms })

const slice = (size: number): StreamFault => {
  const piece = Math.max(1, size)
  return counting((chunk) => chunk.length > piece, { piece })
}

/** At 0 bytes per second everything waits, and nothing is lost. */
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
    arrive(connection, chunk) {
      const before = passed.get(connection) ?? 0
      const left = limit - before
      passed.set(connection, before + chunk.length)
      if (chunk.length < left) return passing(chunk)
      connections++
      bytes += chunk.length - left
      return { pass: chunk.subarray(0, left), reset: 'after' }
    },
    landed: () => ({ connections, bytes }),
  }
}

/** Acts on every connection on which data flows; those that are silent are the tap's to reset. */
export function reset(): StreamFault {
  let connections = 0
  return {
    arrive() {
      connections++
      return { pass: NOTHING, reset: 'now' }
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
    arrive: (_connection, chunk) => passing(chunk),
    landed: () => ({ connections: ends.size, bytes: 0 }),
  }
}

/** The faults that act on one direction alone. */
export type StreamFaultKind = Exclude<PlannedFault['kind'], 'refuse' | 'reset'>

export function streamFault(kind: StreamFaultKind, amount: number): StreamFault {
  switch (kind) {
    case 'black-hole':
      return blackHole()
    case 'latency':
      return latency(amount)
    case 'cut':
      return cut(amount)
    case 'slice':
      return slice(amount)
    case 'bandwidth':
      return bandwidth(amount)
    case 'slow-close':
      return slowClose(amount)
  }
}
