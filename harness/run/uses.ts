/** What is done with a bus that is used for long, and in which order. */
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

interface Use {
  isClaimed?(claims: ResolvedClaims): boolean
  /** What is new with each message; `turn` counts those of all rounds. */
  message?(turn: number): Partial<PlannedMessage>
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
}

export interface Round {
  readonly round: number
  readonly times: number
  /** The index of its first message, and the others follow; of groups, the number of the first. */
  readonly first: number
}

export interface Series {
  readonly of: LongUseOf
  readonly rounds: readonly Round[]
  /** How long what is over may be kept, ms. */
  readonly isKeptFor: number
}

/** In the first round more than a bus may remember. */
function timesIn(round: number, of: LongUseOf, { uses }: Plan, { cache = 0 }: ResolvedClaims): number {
  const times = of === 'group' ? Math.ceil(uses / GROUPS_LESS) : uses
  return round === 0 ? Math.max(times, cache) : times
}

/** Everything in its order, with all the messages that it may take. */
export function schedule(
  plan: Plan,
  claims: ResolvedClaims,
): { readonly all: readonly Series[]; readonly messages: readonly PlannedMessage[] } {
  const messages: PlannedMessage[] = []
  const seriesOf = (of: LongUseOf): Series => {
    const { message, isKeptFor } = USES[of]
    let turn = 0
    const rounds = Array.from({ length: ROUNDS }, (_, round): Round => {
      const times = timesIn(round, of, plan, claims)
      const first = message === undefined ? turn : messages.length
      for (const end = turn + times; turn < end; turn++)
        if (message !== undefined) messages.push({ at: 0, ...PLAIN_MESSAGE, ...message(turn) })
      return { round, times, first }
    })
    return { of, rounds, isKeptFor: Math.max(claims.publish.deadline, isKeptFor?.(claims) ?? 0) }
  }
  const claimed = LONG_USES.filter((of) => USES[of].isClaimed?.(claims) ?? true)
  return { all: claimed.map(seriesOf), messages }
}
