/** Everything about one kind of event, in one place: its fields, its sentence in a story, and its subject. */
import type { z } from 'zod'

export const COLUMNS = ['producer', 'network', 'consumer', 'dead letters'] as const
/** A column of a story's timeline. */
export type Column = (typeof COLUMNS)[number]

/** Which violations an event may matter to; `report/relevant.ts` says how much, event by event. */
export type Concern =
  /** The course of the run itself. */
  | 'run'
  /** The message of its `op`, or else the state at that moment. */
  | 'message'
  /** As `message`, after the system had stored it. */
  | 'stored message'
  /** A call of publish or write, also for other messages if the story has none. */
  | 'publish'
  | 'attempt'
  | 'breaker'
  /** The progress of a group: everything below `next`, or one position. */
  | 'progress'
  | 'position'
  | 'membership'
  /** An unreadable record, or a dead letter without an op. */
  | 'poison'
  | 'fault'
  | 'node killed'
  | 'crash'
  | 'stall'
  /** A bus that opens or closes. */
  | 'bus'
  | 'trial'
  | 'redrive'
  | 'statistics'
  | 'health'
  | 'metrics'
  | 'configuration'
  | 'topic name'
  /** Resources that are still held: sockets, timers, memory. */
  | 'resources'
  | 'cycle'
  /** An error that the bus handled internally: a story shows only the last one. */
  | 'suppressed'

type Output<F extends z.ZodRawShape> = z.output<z.ZodObject<F>>

/** The types of an event's fields, inferred from their schemas; arrays are read-only, like everything in an event. */
export type FieldsOf<F extends z.ZodRawShape> = {
  readonly [K in keyof Output<F> as K extends keyof F ? K : never]: ReadOnly<Output<F>[K]>
}
type ReadOnly<T> = T extends (infer U)[] ? readonly U[] : T

interface Moment {
  /** ms since the run began. */
  readonly at: number
}

export interface Kind<F extends z.ZodRawShape, C extends Concern> {
  /** In addition to `type` and `at`. Errors, digests and redacted texts have schemas of their own. */
  readonly fields: F
  readonly column: Column
  /** One line of a story. */
  readonly sentence: (event: Moment & FieldsOf<F>) => string
  readonly about: C
  /** It shows progress of the run: the director waits as long as such events arrive. */
  readonly progress?: true
}

/** Lets the compiler infer the event of a sentence from the fields next to it. */
export const kind = <const F extends z.ZodRawShape, const C extends Concern>(of: Kind<F, C>): Kind<F, C> => of

type Kinds = Readonly<Record<string, { readonly fields: z.ZodRawShape }>>

type Flat<T> = { readonly [K in keyof T]: T[K] }

/** The events of a table of kinds. */
export type EventsOf<T extends Kinds> = {
  [K in keyof T & string]: Flat<{ readonly type: K } & Moment & FieldsOf<T[K]['fields']>>
}[keyof T & string]
