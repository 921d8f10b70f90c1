/** What belongs to one kind of event, in one place: its fields, what it reads like in a story, and what it is about. */
import type { z } from 'zod'

export const COLUMNS = ['producer', 'network', 'consumer', 'dead letters'] as const
/** Of a story's timeline. */
export type Column = (typeof COLUMNS)[number]

/** Which violations an event may matter to; `report/relevant.ts` says how much, event by event. */
export type Concern =
  /** The course of the run itself. */
  | 'run'
  /** The message whose `op` it carries, else who stands at that moment. */
  | 'message'
  /** As `message`, after the system had stored it. */
  | 'stored message'
  /** A call of publish or record, also of other messages where the story has none. */
  | 'publish'
  | 'attempt'
  | 'breaker'
  /** How far a group has come: all below `next`, or one position. */
  | 'progress'
  | 'position'
  | 'membership'
  /** What cannot be read, or lies among the dead letters without an op. */
  | 'poison'
  | 'fault'
  | 'node killed'
  | 'crash'
  | 'stall'
  /** A bus that opens or closes. */
  | 'bus'
  | 'trial'
  | 'replay'
  | 'statistics'
  /** What is still held: sockets, timers, memory. */
  | 'resources'
  | 'cycle'
  /** An error that the bus kept to itself: only the last one of a story is told. */
  | 'suppressed'

type Output<F extends z.ZodRawShape> = z.output<z.ZodObject<F>>

/** What an event's fields are, by their schemas; arrays are read only, as all of an event. */
export type FieldsOf<F extends z.ZodRawShape> = {
  readonly [K in keyof Output<F> as K extends keyof F ? K : never]: ReadOnly<Output<F>[K]>
}
type ReadOnly<T> = T extends (infer U)[] ? readonly U[] : T

interface Moment {
  /** ms since the run began. */
  readonly at: number
}

export interface Kind<F extends z.ZodRawShape, C extends Concern> {
  /** Beside `type` and `at`. A field of an error, of a digest or of a redacted text has a schema that says so. */
  readonly fields: F
  readonly column: Column
  /** One line of a story. */
  readonly sentence: (event: Moment & FieldsOf<F>) => string
  readonly about: C
  /** It brings the run forward: while such events come, the director waits. */
  readonly progress?: true
}

/** Only so that the compiler infers a sentence's event from the fields beside it. */
export const kind = <const F extends z.ZodRawShape, const C extends Concern>(of: Kind<F, C>): Kind<F, C> => of

type Kinds = Readonly<Record<string, { readonly fields: z.ZodRawShape }>>

type Flat<T> = { readonly [K in keyof T]: T[K] }

/** The events of a table of kinds. */
export type EventsOf<T extends Kinds> = {
  [K in keyof T & string]: Flat<{ readonly type: K } & Moment & FieldsOf<T[K]['fields']>>
}[keyof T & string]
