/** What plans may contain because of an adapter's claims, over all claims. */
import type { AnyClaims, Ask, MessageOption, PlanList } from './descriptor.ts'
import { CONDITIONS, type Condition, type MessageOptions, type PlanLists } from './index.ts'

/** A part of plans, and whether an adapter claims it. */
type Claimed<T> = T & { isClaimed(claims: AnyClaims): boolean }

const partsOf = <T>(of: (condition: Condition) => readonly T[]): readonly Claimed<T>[] =>
  CONDITIONS.flatMap((condition) => of(condition).map((part) => ({ ...part, isClaimed: condition.holds })))

const named = <N, T>(parts: Readonly<Record<string, T>> = {}): readonly (T & { readonly name: N })[] =>
  Object.entries(parts).map(([name, part]) => ({ ...part, name: name as N }))

export const MESSAGE_OPTIONS = partsOf(({ options }) => named<keyof MessageOptions, MessageOption>(options))
export const PLAN_LISTS = partsOf(({ lists }) => named<keyof PlanLists, PlanList>(lists))
export const OUTAGES = partsOf(({ outage }) => (outage === undefined ? [] : [outage]))
export const EXCLUDED = partsOf(({ excludes }) => (excludes === undefined ? [] : [excludes]))
export const LINKS = partsOf(({ link }) => (link === undefined ? [] : [link]))

/** The calls that the harness makes because of the lists of a plan, list by list. */
export const asksIn = (plan: PlanLists): readonly Ask[] =>
  PLAN_LISTS.flatMap(({ name, asks }) => {
    const entries: readonly object[] = plan[name] ?? []
    return asks === undefined ? [] : entries.flatMap(asks)
  })
