/** What plans may hold because of what an adapter claims, by all claims together. */
import type { z } from 'zod'
import type { AnyClaims, InPlans, MessageOption, PlanList } from './descriptor.ts'
import { type CLAIMS, CONDITIONS } from './index.ts'

type ValueIn<T> = T extends unknown ? T[keyof T] : never
type Together<T> = (T extends unknown ? (one: T) => void : never) extends (all: infer All) => void ? All : never
type Parts = ValueIn<(typeof CLAIMS)[keyof typeof CLAIMS]['conditions']>

type Options = Together<Extract<Parts, { plans: { options: unknown } }>['plans']['options']>
type Lists = Together<Extract<Parts, { plans: { lists: unknown } }>['plans']['lists']>

/** What a message of a plan has only where the adapter claims it. */
export type MessageOptions = { readonly [N in keyof Options]?: z.infer<Options[N]['shape']> }
export type OptionName = keyof MessageOptions

/** What a plan has any number of only where the adapter claims it. */
export type PlanLists = { readonly [N in keyof Lists]?: readonly z.infer<Lists[N]['shape']>[] }
export type ClaimedList = keyof PlanLists

/** A part of plans, and who claims it. */
type Claimed<T> = T & { isClaimed(claims: AnyClaims): boolean }

function partsOf<T>(of: (plans: InPlans) => readonly T[]): readonly Claimed<T>[] {
  return CONDITIONS.flatMap(({ plans, holds }) =>
    plans === undefined ? [] : of(plans).map((part) => ({ ...part, isClaimed: holds })),
  )
}

const named = <N, T>(parts: Readonly<Record<string, T>> = {}): readonly (T & { readonly name: N })[] =>
  Object.entries(parts).map(([name, part]) => ({ ...part, name: name as N }))

export const MESSAGE_OPTIONS = partsOf(({ options }) => named<OptionName, MessageOption>(options))
export const PLAN_LISTS = partsOf(({ lists }) => named<ClaimedList, PlanList>(lists))
export const OUTAGES = partsOf(({ outage }) => (outage === undefined ? [] : [outage]))
export const EXCLUDED = partsOf(({ excludes }) => (excludes === undefined ? [] : [excludes]))
export const LINKS = partsOf(({ link }) => (link === undefined ? [] : [link]))
