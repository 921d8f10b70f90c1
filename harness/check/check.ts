/**
 * A check judges one clause: a fold over the events of one run. It sees events and claims only, and shares no code with
 * any adapter, or a bug would agree with itself.
 */
import type { Event, RunHeader } from '../history/event.ts'

export interface Violation {
  readonly clause: string
  /** One sentence that names the message (or node, consumer, breaker) and what was wrong. */
  readonly message: string
  readonly expected: string
  readonly actual: string
  /** The message that the story follows, where there is one. */
  readonly op?: string
  readonly node?: string
  readonly group?: string
  /** Time of the step that broke the clause, ms. */
  readonly at: number
}

/** Counts by name: what one run adds to what only many runs can tell, such as how often a wait fell into which part of its range. */
export type Samples = Readonly<Record<string, readonly number[]>>

export interface Finding {
  /** How often the situation that the clause speaks of really occurred. */
  readonly occasions: number
  /** At most five of them are kept. */
  readonly violations: readonly Violation[]
  /** All of them, kept or not; absent where every one is kept. */
  readonly violationCount?: number
  /** Summed up over all runs of a certificate, and judged there; see `pooled.ts`. */
  readonly samples?: Samples
}

export interface Check {
  step(event: Event): void
  /** `complete` is false when the history was cut: what only the end can tell must then not be judged. */
  end(complete: boolean): Finding
}

export type CheckFactory = (run: RunHeader) => Check
