/**
 * What a descriptor of a claim says: its shape, what contradicts it, what the bus then owes and plans may hold, and its rows
 * in docs/claims.md.
 */
import { z } from 'zod'
import type { Capability, ClaimCondition, Lean } from '../../spec/clause.ts'
import type { Claims, ClaimsOf, Figure, ResolvedClaims } from '../claims.ts'
import type { CallerEvent } from '../events/caller.ts'
import type { SeenError } from '../events/parts.ts'
import type { Message, Role } from '../vocabulary.ts'
import type { MessageOptions, OwedMethods, PlanLists } from './index.ts'

export type ClaimName = keyof Claims

/** Claims of an adapter, or those that one run is judged by. */
export type AnyClaims = ClaimsOf<Figure | number>

/** Dotted, within the claims. */
type PathIn<K extends ClaimName> = K | `${K}.${string}`

export interface ClaimDescriptor<K extends ClaimName = ClaimName> {
  /** `figure` is what a figure looks like: a {@link Figure} in what an adapter claims, a number in what one run is judged by. */
  shape<F>(figure: z.ZodType<F>): z.ZodType<Required<ClaimsOf<F>>[K]>
  /** What it contradicts, as a sentence that names both sides, or null; asked only where it is claimed. */
  contradiction?(claim: Required<Claims>[K], claims: Claims): string | null
  /** What the system behind the adapter must have, or nothing could ever keep or break the promise; absent where any will do. */
  needs?(claim: Required<Claims>[K]): readonly Capability[]
  /** Values that plans give its settable figures, by path; others keep their default. */
  readonly settings?: { readonly [path in PathIn<K>]?: Values }
  /**
   * Below what a figure may not fall, or others that may be drawn beside it would contradict it; `most` is the largest value
   * that any plan gives the figure at a path.
   */
  readonly floors?: { readonly [path in PathIn<K>]?: (most: (path: string) => number) => number }
  /** What follows, by each condition about this claim that a clause can name. */
  readonly conditions?: { readonly [C in ClaimCondition]?: Consequences<K> }
  /** What it promises, in Markdown; where parts of it have rows of their own, by what an adapter writes. */
  readonly docs: string | { readonly [path in PathIn<K>]?: string }
}

/** What follows where a condition holds; what plans hold because of it they hold only there. */
export interface Consequences<K extends ClaimName = ClaimName> {
  /** Asked only where the claim is made; absent where the condition holds by that alone. */
  when?(claim: Required<AnyClaims>[K]): boolean
  /** What the bus must have, beside what every bus has. */
  readonly owes?: { readonly [part in keyof OwedMethods]?: z.ZodType }
  /** What messages of plans have, beside what every message has. */
  readonly options?: { readonly [N in keyof MessageOptions]?: MessageOption<Exclude<MessageOptions[N], undefined>> }
  /** Lists that plans have, beside those that every plan has. */
  readonly lists?: { readonly [N in keyof PlanLists]?: PlanList<NonNullable<PlanLists[N]>[number]> }
  /** A kind of outage that plans may hold. */
  readonly outage?: Drawn & { readonly kind: string; readonly lacks: string }
  /** A kind of outage that plans must not hold, and why. */
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

/** The mildest value stands for none. */
export interface MessageOption<V extends Value = Value> extends Choice<V> {
  readonly shape: z.ZodType<V>
  /** What a plan lacks that makes use of it where it is not claimed, in a few words; absent where the plan still says much. */
  readonly lacks?: string
}

export interface PlanList<T extends object = object> extends Drawn {
  /** Of one entry. */
  readonly shape: z.ZodType<T>
  fields(bounds: Bounds): { readonly [field in keyof T]: Choice<T[field] & Value> }
  /** What a plan that has entries lacks where it is not claimed, in a few words. */
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

/** The bus to call, and how to record the events. */
export interface Asked {
  readonly bus: OwedMethods
  readonly claims: ResolvedClaims
  /** Name of the topic with this index, modulo their number. */
  topic(index: number): string
  /** Records an event with the node and the time. */
  tell(event: Told<CallerEvent>): void
  see(error: unknown): SeenError
  /** A message that carries `op`. */
  message(op: string, topic: string): Message
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

/** How many of a thing a plan gets. */
export interface Drawn {
  /** Names the random numbers of its own that decide it: nothing else in a plan changes with it. */
  readonly seed: string
  /** In this share of the plans that lean nowhere there are so many, in the others none. */
  readonly share: number
  readonly size: Range
  /** In plans that lean to one of these. */
  readonly leans: { readonly [lean in Lean]?: Range }
}

/** What a bus must have as a function. */
export const method = z.custom<never>((value) => typeof value === 'function', 'must be a function')

/** In a plan: an index or a number of things. */
export const count = z.int().min(0)
/** In a plan: a moment or a time. */
export const ms = z.number().min(0).max(600_000)
