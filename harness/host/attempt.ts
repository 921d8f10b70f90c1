import type { Bus } from '../adapter.ts'
import type { Redact } from '../history/seen-error.ts'
import type { Emit, NodeConfig } from './host.ts'

/** Turns a throw of the adapter's method itself into a rejection. */
export const attempt = async <T>(call: () => Promise<T>): Promise<T> => await call()

/** A call whose result must be a `T`. */
export interface Calling<T> {
  readonly config: NodeConfig
  readonly bus: Bus
  readonly emit: Emit
  readonly at: () => number
  readonly redact: Redact
  /** Throws for anything else. */
  readonly check: (given: unknown) => T
  /** Null if that threw; the count of resources then reports it. */
  readonly checked: <R>(check: () => R) => R | null
}
