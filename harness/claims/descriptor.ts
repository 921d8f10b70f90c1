/**
 * The descriptor of a claim: its shape, what contradicts it, what the bus then owes, what plans may then contain, and its rows
 * in docs/claims.md.
 */
import { z } from 'zod'
import type { Capability, ClaimCondition, Lean } from '../../spec/clause.ts'
import type { CallerEvent } from '../events/caller.ts'
import type { SeenError } from '../events/parts.ts'
import type { Message, Role, SettingSources } from '../vocabulary.ts'
import type { Claims, ClaimsOf, ResolvedClaims } from './claims.ts'
import type { Figure } from './figure.ts'
import type { MessageOptions, OwedMethods, PlanLists } from './index.ts'

export type ClaimName = keyof Claims

/** Claims of an adapter, or those that one run is judged by. */
export type AnyClaims = ClaimsOf<Figure | number>

/** A dotted path within the claims. */
type PathIn<K extends ClaimName> = K | `${K}.${string}`

export interface ClaimDescriptor<K extends ClaimName = ClaimName> {
  /** `figure` is the shape of a figure: a {@link Figure} in an adapter's claims, a number in the claims of one run. */
  shape<F>(figure: z.ZodType<F>): z.ZodType<Required<ClaimsOf<F>>[K]>
  /** What it contradicts, as a sentence that names both sides, or null; called only if it is claimed. */
  contradiction?(claim: Required<Claims>[K], claims: Claims): string | null
  /** What the system must have, because otherwise no run could test the promise; absent if every system will do. */
  needs?(claim: Required<Claims>[K]): readonly Capability[]
  /** Values that plans give its settable figures, by path; others keep their default. */
  readonly settings?: { readonly [path in PathIn<K>]?: Values }
  /** Instead of these, the values in plans that lean so. */
  readonly leaning?: { readonly [L in Lean]?: { readonly [path in PathIn<K>]?: Values } }
  /**
   * The smallest value of a figure: below it, other drawn figures could contradict it. `most` returns the largest value that any
   * plan gives the figure at a path.
   */
  readonly floors?: { readonly [path in PathIn<K>]?: (most: (path: string) => number) => number }
  /** The consequences, by each condition about this claim that a clause can name. */
  readonly conditions?: { readonly [C in ClaimCondition]?: Consequences<K> }
  /** What it promises, in Markdown; if its parts have rows of their own, by path. */
  readonly docs: string | { readonly [path in PathIn<K>]?: string }
}

/** The consequences of a condition. Plans contain its parts only if it holds. */
export interface Consequences<K extends ClaimName = ClaimName> {
  /** Called only if the claim is made; absent if that alone satisfies the condition. */
  when?(claim: Required<AnyClaims>[K]): boolean
  /** What the bus must have, in addition to what every bus has. */
  readonly owes?: { readonly [part in keyof OwedMethods]?: z.ZodType }
  /** What messages of plans have, in addition to what every message has. */
  readonly options?: { readonly [N in keyof MessageOptions]?: MessageOption<Exclude<MessageOptions[N], undefined>> }
  /** The lists that plans have, in addition to those that every plan has. */
  readonly lists?: { readonly [N in keyof PlanLists]?: PlanList<NonNullable<PlanLists[N]>[number]> }
  /** A kind of outage that plans may contain. */
  readonly outage?: Drawn & { readonly kind: string; readonly lacks: string }
  /** A kind of outage that plans must not contain, and why. */
  readonly excludes?: { readonly outage: string; readonly because: string }
  /** The role on whose link plans may have faults. */
  readonly link?: { readonly role: Role; readonly lacks: string }
}

/** Mildest first, on both sites or on each. */
export type Values = readonly number[] | Readonly<Record<'simulated' | 'real', readonly number[]>>

export type Value = number | string | null

/** A value that a plan chooses, mildest first, each as likely as its weight (a whole number, by default 1). */
export interface Choice<V extends Value = Value> {
  readonly values: readonly V[]
  weight?(value: V): number
}

/** The mildest value means none. */
export interface MessageOption<V extends Value = Value> extends Choice<V> {
  readonly shape: z.ZodType<V>
  /** In a few words, what a plan that uses it lacks if it is not claimed; absent if the plan is still useful. */
  readonly lacks?: string
}

export interface PlanList<T extends object = object> extends Drawn {
  /** The shape of one entry. */
  readonly shape: z.ZodType<T>
  fields(bounds: Bounds): { readonly [field in keyof T]: Choice<T[field] & Value> }
  /** In a few words, what a plan with entries lacks if it is not claimed. */
  readonly lacks: string
  /** The calls that the harness makes because of an entry at `index` of the list; absent if it does something else. */
  asks?(entry: T, index: number): readonly Ask[]
}

/** A call that the harness makes on the bus of one node, and when. */
export interface Ask {
  /** Index of the node, modulo their number. */
  readonly node: number
  /** ms after traffic began. */
  readonly at: number
  /** Runs in the host of the node. The plan continues once it resolves; it never rejects. */
  readonly carryOut: (asked: Asked) => Promise<void>
}

type Told<E> = E extends unknown ? Omit<E, 'at' | 'node'> : never

/** What an adapter's function returned or threw; null where it hangs. */
type Ended = { readonly value: unknown } | { readonly error: unknown } | null

/** The adapter itself, for what needs no bus that is open. */
export interface AskedAdapter {
  /** Whether it never ended before: then it is asked no more. */
  hangs(): boolean
  configure(sources: SettingSources): Promise<Ended>
  parseTopic(name: string): Promise<Ended>
  printTopic(parts: Readonly<Record<string, string>>): Promise<Ended>
  /**
   * Opens a bus with other settings, at addresses where nothing answers, and closes it again if it opened. `connections` counts those that it
   * began; `error` is absent if it opened.
   */
  tryOpen(sources: SettingSources): Promise<{ readonly connections: number; readonly error?: unknown }>
}

/** The bus to call, and how to record the events. */
export interface Asked {
  readonly bus: OwedMethods
  readonly adapter: AskedAdapter
  readonly claims: ResolvedClaims
  /** Name of the topic with this index, modulo their number. */
  topic(index: number): string
  /** Name of the topic of which the system refuses every message. */
  readonly refusedTopic: string
  /** Records an event with the node and the time. */
  tell(event: Told<CallerEvent>): void
  see(error: unknown): SeenError
  /** The same, with each secret in its texts replaced. */
  redacted<T>(given: T): T
  /** The op of a message that is published because of what is asked; the name is unique in the run. */
  opOf(name: string): string
  /** A message that carries `op`. */
  message(op: string, topic: string): Message
  /** Has the bus publish a message that carries `op`, and records it. */
  publish(op: string, topic: string): void
  /** Records that a caller publishes the message; the result records how the publish settles. */
  publishing(op: string, message: Message): Publishing
  /** Returns null for a value of the wrong shape; the run then ends with a sentence that starts with `what`. */
  check<T>(shape: z.ZodType<T>, given: unknown, what: string): T | null
}

/** A pending publish. */
export interface Publishing {
  /** `given` is what the bus returned as a receipt. */
  settled(given: unknown): void
  failed(error: unknown): void
}

/** What entries of a list may refer to in a plan: indexes from 0, times in ms after traffic began, durations in ms. */
export interface Bounds {
  readonly nodes: readonly number[]
  readonly topics: readonly number[]
  readonly messageAt: readonly number[]
  readonly faultAt: readonly number[]
  readonly faultLasts: readonly number[]
}

type Range = readonly [least: number, most: number]

/** How many entries a plan gets. */
export interface Drawn {
  /** The name of its own random sequence, so that nothing else in a plan changes with it. */
  readonly seed: string
  /** The share of plans without a lean that have `size` entries; the others have none. */
  readonly share: number
  readonly size: Range
  /** The number of entries in plans that lean towards one of these. */
  readonly leans: { readonly [lean in Lean]?: Range }
}

/** A method that a bus must have. */
export const method = z.custom<never>((value) => typeof value === 'function', 'must be a function')

/** In a plan: an index or a count. */
export const count = z.int().min(0)
/** In a plan: a moment or a duration, ms. */
export const ms = z.number().min(0).max(600_000)
