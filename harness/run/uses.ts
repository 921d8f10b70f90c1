/** What is done with a bus that is used for long, and in which order. */

import type { PlanLists } from '../claims/index.ts'
import { asksIn, PLAN_LISTS } from '../claims/plans.ts'
import type { ResolvedClaims } from '../claims.ts'
import { LONG_USES, type LongUseOf } from '../events/host.ts'
import { isTaken } from '../plan/outcome.ts'
import { PLAIN_MESSAGE, type Plan, type PlannedMessage } from '../plan/plan.ts'

/** The most rounds of the same: so many only where each adds to what is kept, see `check/resources/used.ts`. */
const ROUNDS = 14
/** Groups are joined and left so many times less often than other things are done. */
const GROUPS_LESS = 5
/** How long a request that a member leaves behind may wait at the system, ms. */
const LONGEST_FETCH = 1_000

const NOW = { node: 0, at: 0 } as const
const BATCH = { topic: 0, messages: 3, tooLarge: null, flush: null } as const

interface Use {
  isClaimed?(claims: ResolvedClaims): boolean
  /** What is new with each message; `turn` counts those of all rounds. */
  message?(turn: number): Partial<PlannedMessage>
  /** The entries of this list of a plan ask for it so many times. */
  readonly list?: { readonly name: keyof PlanLists; of(times: number): PlanLists }
  /** How long the bus, or the system for it, may keep something of it, if longer than a publish may take, ms. */
  isKeptFor?(claims: ResolvedClaims): number
}

const USES: Readonly<Record<LongUseOf, Use>> = {
  message: { message: () => ({}) },
  key: { message: (turn) => ({ key: turn + 1 }) },
  id: {
    isClaimed: ({ deduplication }) => deduplication !== undefined,
    message: (turn) => ({ id: turn }),
    isKeptFor: ({ deduplication }) => deduplication?.window ?? 0,
  },
  retry: {
    isClaimed: (claims) => isTaken({ kind: 'throws' }, claims),
    message: () => ({ outcome: { kind: 'throws', times: 1 } }),
  },
  'dead letter': {
    isClaimed: ({ deadLetter }) => deadLetter !== undefined,
    message: () => ({ outcome: { kind: 'permanent' } }),
  },
  abort: { message: () => ({ abortAfter: 0 }) },
  failure: { message: () => ({}) },
  write: { isClaimed: ({ write }) => write !== undefined, message: () => ({}) },
  group: { isKeptFor: () => LONGEST_FETCH },
  batch: {
    isClaimed: ({ batch }) => batch !== undefined,
    list: {
      name: 'batches',
      of: (times) => ({ batches: Array.from({ length: times }, () => ({ ...NOW, ...BATCH })) }),
    },
  },
  'health check': {
    isClaimed: ({ health }) => health !== undefined,
    list: { name: 'healthChecks', of: (times) => ({ healthChecks: [{ ...NOW, every: 1, times }] }) },
  },
  scrape: {
    isClaimed: ({ metrics }) => metrics !== undefined,
    list: { name: 'scrapes', of: (times) => ({ scrapes: [{ ...NOW, every: 1, times }] }) },
  },
}

export interface Round {
  readonly round: number
  readonly times: number
  /** The index of its first message, or of its first ask, and the others follow; of groups, the number of the first. */
  readonly first: number
}

export interface Series {
  readonly of: LongUseOf
  /** A call that the lists of a plan ask for. */
  readonly isAsked: boolean
  readonly rounds: readonly Round[]
  /** How long what is over may be kept, ms. */
  readonly isKeptFor: number
}

/** In the first round more than a bus may remember. */
function timesIn(round: number, of: LongUseOf, { uses }: Plan, { cache = 0 }: ResolvedClaims): number {
  const times = of === 'group' ? Math.ceil(uses / GROUPS_LESS) : uses
  return round === 0 ? Math.max(times, cache) : times
}

/** Everything in its order, with all the messages that it may take, and what plans have lists for. */
export function schedule(
  plan: Plan,
  claims: ResolvedClaims,
): { readonly all: readonly Series[]; readonly messages: readonly PlannedMessage[]; readonly lists: PlanLists } {
  const messages: PlannedMessage[] = []
  const claimed = LONG_USES.filter((of) => USES[of].isClaimed?.(claims) ?? true)
  const timesOf = (of: LongUseOf): readonly number[] =>
    Array.from({ length: ROUNDS }, (_, round) => timesIn(round, of, plan, claims))
  const lists: PlanLists = Object.assign(
    {},
    ...claimed.map((of) => USES[of].list?.of(timesOf(of).reduce((sum, times) => sum + times, 0))),
  )
  const seriesOf = (of: LongUseOf): Series => {
    const { message, list, isKeptFor } = USES[of]
    let turn = list === undefined ? 0 : firstAsk(lists, list.name)
    const rounds = timesOf(of).map((times, round): Round => {
      const first = message === undefined ? turn : messages.length
      for (const end = turn + times; turn < end; turn++)
        if (message !== undefined) messages.push({ at: 0, ...PLAIN_MESSAGE, ...message(turn) })
      return { round, times, first }
    })
    const kept = Math.max(claims.publish.deadline, isKeptFor?.(claims) ?? 0)
    return { of, isAsked: list !== undefined, rounds, isKeptFor: kept }
  }
  return { all: claimed.map(seriesOf), messages, lists }
}

/** The index of the first ask of this list among all. */
function firstAsk(lists: PlanLists, name: keyof PlanLists): number {
  const before = PLAN_LISTS.slice(
    0,
    PLAN_LISTS.findIndex((list) => list.name === name),
  )
  return asksIn(Object.fromEntries(before.map((list) => [list.name, lists[list.name]]))).length
}
