/**
 * A check judges one clause: a fold over the events of one run. It sees events and claims only, and shares no code with
 * any adapter, or a bug would agree with itself.
 */
import type { Position } from '../adapter.ts'
import type { Stepper } from './dispatch.ts'
import type { Ledger } from './tracker/ledger.ts'

export interface Violation {
  readonly clause: string
  /** One sentence that names the message (or node, consumer, breaker) and what was wrong. */
  readonly message: string
  readonly expected: string
  readonly actual: string
  /** The message that the story follows, where there is one. */
  readonly op?: string
  /** Every message that it is about, the most important first. */
  readonly ops: readonly string[]
  readonly consumer?: string
  readonly node?: string
  readonly group?: string
  /** Where in the log the messages lie, or unreadable records, as far as the check knows. */
  readonly positions?: readonly Position[]
  /** Time of the step that broke the clause, ms. */
  readonly at: number
}

/** A violation as a check tells it: the report adds the clause, and puts the messages together. */
export interface Breach extends Omit<Violation, 'clause' | 'op' | 'ops'> {
  /** The message that the story follows; null where it cannot be told, absent where it is about none. */
  readonly op?: string | null | undefined
  /** Its other messages, the most important first. What a sentence names, a field carries: sentences are never read back. */
  readonly others?: readonly (string | null | undefined)[]
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

/** Where a detector tells what it found. */
export interface Report {
  /** The situation that the clause speaks of occurred, `times` times (default 1). */
  occasion(times?: number): void
  violation(breach: Breach): void
  /** One more at this place of the counts of this name, which have so many places. */
  sample(name: string, place: number, places: number): void
}

/** What one clause does with a history: it looks at the events as they come, which the ledger knows already, or at the ledger when they have ended. */
export interface Detector extends Stepper {
  /** `complete` is false when the history was cut: what only the end can tell must then not be judged. */
  end?(complete: boolean): void
}

/** Detectors of one run share its ledger, which is kept only once. */
export type Detect = (ledger: Ledger, report: Report) => Detector

/** The violations that the samples of many runs show; none where they are too few. */
export type JudgePool = (samples: Samples) => readonly Breach[]

/** A clause and how it is judged. It stands in a file of its own, which exports nothing else. */
export interface Check {
  /** Id of the clause. */
  readonly clause: string
  /** URL of its file: `import.meta.url`. */
  readonly file: string
  readonly detect: Detect
  /** Where only many runs together can violate the clause: then one run counts samples, and this judges their sums. */
  readonly pool?: JudgePool
}
