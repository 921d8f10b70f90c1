/**
 * A check judges one clause: a fold over the events of one run. It sees only events and claims, and shares no code with any
 * adapter, because a shared bug would go unnoticed.
 */

import type { Position } from '../adapter.ts'
import type { Stepper } from './dispatch.ts'
import type { Position as RankedPosition } from './event.ts'
import type { Ledger } from './tracker/ledger.ts'

export interface Violation {
  readonly clause: string
  /** One sentence that names the message (or node, consumer, breaker) and what was wrong. */
  readonly message: string
  readonly expected: string
  readonly actual: string
  /** The message that the story follows, if any. */
  readonly op?: string
  /** Every message that it is about, the most important first. */
  readonly ops: readonly string[]
  readonly consumer?: string
  readonly node?: string
  readonly group?: string
  /** The positions of the messages or unreadable records, if the check knows them, as the system reports them. */
  readonly positions?: readonly Position[]
  /** Time of the step that broke the clause, ms. */
  readonly at: number
}

/** A violation as a check reports it: the report adds the clause, and joins the messages. */
export interface Breach extends Omit<Violation, 'clause' | 'op' | 'ops' | 'positions'> {
  readonly positions?: readonly RankedPosition[]
  /** The message that the story follows; null if it is unknown, absent if the violation is about no message. */
  readonly op?: string | null | undefined
  /** Its other messages, the most important first. Fields contain everything that sentences name: sentences are never parsed. */
  readonly others?: readonly (string | null | undefined)[]
}

/** Counts by name that only many runs together can judge, such as how many waits fell into each part of their range. */
export type Samples = Readonly<Record<string, readonly number[]>>

export interface Finding {
  /** How often the clause's situation arose. */
  readonly occasions: number
  /** Of the kinds that the clause names, how often each that arose did. */
  readonly kinds?: Readonly<Record<string, number>>
  /** The first five violations. */
  readonly violations: readonly Violation[]
  /** The number of all violations, kept or not; absent if all are kept. */
  readonly violationCount?: number
  /** Summed up over all runs of a certificate, and judged there; see `pooled.ts`. */
  readonly samples?: Samples
}

/** Receives what a detector finds. */
export interface Report {
  /** The clause's situation arose, `times` times (default 1). */
  occasion(times?: number): void
  /** So many occasions (default 1) were of a kind that the clause names; throws a RangeError for any other. */
  kind(name: string, times?: number): void
  violation(breach: Breach): void
  /** Increases one of the counts of this name, at this index. */
  sample(name: string, place: number, places: number): void
}

/** How a clause reads a history: event by event, after the ledger has taken each, or the ledger alone at the end. */
export interface Detector extends Stepper {
  /** `complete` is false if the history is incomplete: do not judge what only the end can decide. */
  end?(complete: boolean): void
}

/** All detectors of a run share its ledger. */
export type Detect = (ledger: Ledger, report: Report) => Detector

/** The violations that the samples of many runs show; none if there are too few samples. */
export type JudgePool = (samples: Samples) => readonly Breach[]

/** A clause and how it is judged. It has its own file, which exports nothing else. */
export interface Check {
  /** Id of the clause. */
  readonly clause: string
  /** URL of its file: `import.meta.url`. */
  readonly file: string
  readonly detect: Detect
  /** For a clause that only many runs together can violate: each run counts samples, and this judges their sums. */
  readonly pool?: JudgePool
}
