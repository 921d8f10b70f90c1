/** Every kind of event. Add a new kind to the table of its reporter, and nowhere else. */
import { z } from 'zod'
import { ADAPTER_KINDS } from './adapter.ts'
import { CALLER_KINDS } from './caller.ts'
import { HOST_KINDS } from './host.ts'
import { type Column, type Concern, type EventsOf, type Kind, kind } from './kind.ts'
import { SYSTEM_KINDS } from './system.ts'

const PHASES = ['traffic', 'heal', 'drain', 'close'] as const
/** The phases of a run, in order. Traffic performs the plan; heal ends every fault; drain adds fresh consumers; then all nodes close. */
export type Phase = (typeof PHASES)[number]

/** The course of a run. */
const RUN_KINDS = {
  phase: kind({
    fields: { phase: z.enum(PHASES) },
    column: 'network',
    about: 'run',
    sentence: (event) => `── ${event.phase} ──`,
  }),
  end: kind({ fields: {}, column: 'network', about: 'run', sentence: () => '── end ──' }),
}

/** Every kind, by the type of its events. */
const KINDS = { ...RUN_KINDS, ...CALLER_KINDS, ...ADAPTER_KINDS, ...HOST_KINDS, ...SYSTEM_KINDS }

export type Event = EventsOf<typeof KINDS>
export type EventOf<T extends Event['type']> = Extract<Event, { type: T }>

/** The types of the events that are about this. */
type TypeAbout<C extends Concern> = {
  [T in keyof typeof KINDS]: (typeof KINDS)[T] extends { readonly about: C } ? T : never
}[keyof typeof KINDS]
export type EventAbout<C extends Concern> = EventOf<TypeAbout<C>>

type AnyKind = Omit<Kind<z.ZodRawShape, Concern>, 'sentence'> & { readonly sentence: (event: never) => string }
const kindOf = (type: Event['type']): AnyKind => KINDS[type]

export const isAbout = <C extends Concern>(event: Event, concern: C): event is EventAbout<C> =>
  kindOf(event.type).about === concern

export const aboutOf = (event: Event): Concern => kindOf(event.type).about
export const columnOf = (event: Event): Column => kindOf(event.type).column
export const sentenceOf = (event: Event): string => kindOf(event.type).sentence(event as never)
export const isProgress = (event: Event): boolean => kindOf(event.type).progress === true

/** Created on first use: only readers of histories need them, but every host loads this file. */
let shapes: ReadonlyMap<unknown, z.ZodType> | null = null
const shapesByType = (): ReadonlyMap<unknown, z.ZodType> =>
  new Map(Object.entries(KINDS).map(([type, { fields }]) => [type, z.object({ ...fields, at: z.number() })]))

/** The shape of an event of this type when it is read from disk; undefined for an unknown type. Additional fields are allowed. */
export function eventShape(type: unknown): z.ZodType | undefined {
  shapes ??= shapesByType()
  return shapes.get(type)
}
