/** What a chaos run tells while it lasts, for files, metrics and traces. */
import type { Measured, Soak } from '../../certificate/soak.ts'
import type { Landed } from '../../events/system.ts'
import type { Span } from '../file/threshold.ts'

interface Of {
  readonly epoch: number
}

/** One of them is one line of an events file. `at`: ms since the run began. */
export type Told = { readonly at: number } & (
  | {
      readonly event: 'began'
      /** By the wall clock, ISO 8601. */
      readonly time: string
      readonly adapter: string
      readonly site: string
      readonly seed: number
      /** Messages a second that are asked for. */
      readonly rate: number
    }
  /** Its traffic begins; `messages` are planned. */
  | ({ readonly event: 'epoch'; readonly messages: number } & Of)
  | ({ readonly event: 'fault'; readonly fault: number; readonly name: string } & Of)
  | ({ readonly event: 'healed'; readonly fault: number; readonly name: string; readonly landed: Landed } & Of)
  /** The process of a node. */
  | ({ readonly event: 'killed'; readonly node: string } & Of)
  /** `events` of its history; `violations` by clause; `memory`: bytes that the harness holds, without garbage. */
  | ({
      readonly event: 'judged'
      readonly events: number
      readonly memory: number
      readonly violations: Readonly<Record<string, number>>
    } & Of)
  | ({ readonly event: 'violation'; readonly clause: string; readonly message: string } & Of)
  | ({ readonly event: 'measured' } & Now)
  | { readonly event: 'ended'; readonly ended: Soak['ended']; readonly why: string | null }
)

/** How it stands. */
export interface Now {
  readonly phase: 'baseline' | 'soaking' | 'ending'
  readonly epochs: number
  /** ms of traffic so far, and of all; null where messages end it. */
  readonly lasted: number
  readonly of: number | null
  /** Acknowledged messages a second, of the last seconds. */
  readonly rate: number
  /** Publishes that have not settled. */
  readonly inFlight: number
  /** Deliveries that are due. */
  readonly lag: number
  /** Nodes whose breaker is not closed, by its state. */
  readonly breakers: Readonly<Record<string, number>>
  readonly measured: Measured
  /** Faults that are active. */
  readonly faults: readonly string[]
  readonly violations: number
}

/** `at` is added. */
export type Tell = (one: Told extends infer T ? (T extends Told ? Omit<T, 'at'> : never) : never) => void

/** Whoever is told. */
export interface Listener {
  told(one: Told): void
  /** Each latency, ms. */
  latency?(span: Span, ms: number): void
}

export function createTell(listeners: readonly Listener[], clock: () => number): Tell {
  const began = clock()
  return (one) => {
    const told = { at: Math.round(clock() - began), ...one } as Told
    for (const listener of listeners) listener.told(told)
  }
}
