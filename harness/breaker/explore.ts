/**
 * Compares a breaker with the machine: every sequence of actions up to a length, or long random ones. Returns the first step at
 * which they disagree.
 */
import type { BreakerClaim } from '../claims.ts'
import { createRandom, pick } from '../random.ts'
import { type Clock, type Input, type MachineState, machine, type Output, type Steps, type Way } from './machine.ts'

export const WAYS: readonly Way[] = ['success', 'failure', 'time-out', 'ignored', 'cancelled']

/**
 * `almost`: the reset time less one ms goes by; `moment`: that one. `later`, `earlier`: the wall clock is set by an hour. A
 * call ends by its way; calls of one generation are alike, so only the first in flight of each is ended.
 */
export type Action = 'ask' | 'almost' | 'moment' | 'later' | 'earlier' | 'reset' | 'isolate' | 'shut-down' | Way
/** Calls, their ends, and time. */
export const ACTIONS: readonly Action[] = ['ask', 'almost', 'moment', ...WAYS]
/** The same, with the wall clock and what is done by hand. */
export const ALL_ACTIONS: readonly Action[] = [...ACTIONS, 'later', 'earlier', 'reset', 'isolate', 'shut-down']

export interface Disagreement {
  /** What had happened, the last step included, in words. */
  readonly steps: readonly string[]
  readonly expected: string
  readonly actual: string
}

export interface Explored {
  readonly steps: number
  readonly disagreement: Disagreement | null
}

interface Call<T> {
  readonly name: number
  readonly mine: number
  readonly its: T
}

/** Both breakers after the same steps. */
interface Pair<S, T> {
  readonly mine: MachineState
  readonly its: S
  readonly clock: Clock
  readonly calls: readonly Call<T>[]
  readonly asked: number
}

interface Choice<T> {
  readonly action: Action
  readonly call: Call<T> | null
}

const HOUR = 3_600_000

const start = <S, T>(breaker: Steps<S, T>): Pair<S, T> => ({
  mine: machine.initial,
  its: breaker.initial,
  clock: { monotonic: 0, wall: 1_700_000_000_000 },
  calls: [],
  asked: 0,
})

const isWay = (action: Action): action is Way => WAYS.some((way) => way === action)

function choices<S, T>({ calls }: Pair<S, T>, actions: readonly Action[]): readonly Choice<T>[] {
  const unlike = calls.filter((call, index) => calls.findIndex(({ mine }) => mine === call.mine) === index)
  return actions.flatMap((action): readonly Choice<T>[] =>
    isWay(action) ? unlike.map((call) => ({ action, call })) : [{ action, call: null }],
  )
}

const advance = ({ monotonic, wall }: Clock, monotonicBy: number, wallBy: number): Clock => ({
  monotonic: monotonic + monotonicBy,
  wall: wall + wallBy,
})

/** The clock after a action that is about time; null after any other. */
function passed({ clock }: { readonly clock: Clock }, action: Action, reset: number): Clock | null {
  if (action === 'almost') return advance(clock, reset - 1, reset - 1)
  if (action === 'moment') return advance(clock, 1, 1)
  if (action === 'later') return advance(clock, 0, HOUR)
  return action === 'earlier' ? advance(clock, 0, -HOUR) : null
}

const inputOf = <T>(action: Action, ticket: T | undefined): Input<T> | null => {
  if (action === 'ask' || action === 'reset' || action === 'isolate' || action === 'shut-down') return { do: action }
  return isWay(action) && ticket !== undefined ? { do: 'end', ticket, how: action } : null
}

const describe = <S, T>({ ticket, changes }: Output<S, T>, input: Input<T>): string => {
  const answer = input.do === 'ask' ? (ticket === null ? 'refused' : 'let in') : 'done'
  return [answer, ...changes.map(([from, to]) => `${from} → ${to}`)].join(', ')
}

type Taken<S, T> = { readonly pair: Pair<S, T> } | { readonly expected: string; readonly actual: string }

function take<S, T>(
  claim: BreakerClaim<number>,
  breaker: Steps<S, T>,
  pair: Pair<S, T>,
  { action, call }: Choice<T>,
): Taken<S, T> {
  const clock = passed(pair, action, claim.reset)
  if (clock !== null) return { pair: { ...pair, clock } }
  const mineInput = inputOf(action, call?.mine)
  const itsInput = inputOf(action, call?.its)
  if (mineInput === null || itsInput === null) throw new RangeError(`"${action}" has no effect`)
  const mine = machine.step(claim, pair.mine, mineInput, pair.clock)
  const its = breaker.step(claim, pair.its, itsInput, pair.clock)
  const expected = describe(mine, mineInput)
  const actual = describe(its, itsInput)
  if (expected !== actual) return { expected, actual }
  const calls = pair.calls.filter((one) => one !== call)
  const next = { ...pair, mine: mine.state, its: its.state }
  if (mine.ticket === null || its.ticket === null) return { pair: { ...next, calls } }
  const asked = pair.asked + 1
  return { pair: { ...next, asked, calls: [...calls, { name: asked, mine: mine.ticket, its: its.ticket }] } }
}

const inWords = <T>({ action, call }: Choice<T>): string => (call === null ? action : `call ${call.name}: ${action}`)

/** Every sequence of these actions that has at most `depth` of them; the disagreement is one of the shortest. */
export function explore<S, T>(
  claim: BreakerClaim<number>,
  breaker: Steps<S, T>,
  { depth, actions = ACTIONS }: { readonly depth: number; readonly actions?: readonly Action[] },
): Explored {
  let steps = 0
  const visit = (pair: Pair<S, T>, left: number): Disagreement | null => {
    if (left === 0) return null
    for (const choice of choices(pair, actions)) {
      steps += 1
      const taken = take(claim, breaker, pair, choice)
      if (!('pair' in taken)) return { ...taken, steps: [inWords(choice)] }
      const found = visit(taken.pair, left - 1)
      if (found !== null) return { ...found, steps: [inWords(choice), ...found.steps] }
    }
    return null
  }
  for (let length = 1; length <= depth; length++) {
    const disagreement = visit(start(breaker), length)
    if (disagreement !== null) return { steps, disagreement }
  }
  return { steps, disagreement: null }
}

/** Sequences of `length` actions at random, the same for the same seed. */
export function wander<S, T>(
  claim: BreakerClaim<number>,
  breaker: Steps<S, T>,
  {
    seed,
    walks,
    length,
    actions = ACTIONS,
  }: { readonly seed: number; readonly walks: number; readonly length: number; readonly actions?: readonly Action[] },
): Explored {
  const random = createRandom(seed)
  let steps = 0
  for (let walk = 0; walk < walks; walk++) {
    let pair = start(breaker)
    const words: string[] = []
    for (let index = 0; index < length; index++) {
      const choice = pick(random, choices(pair, actions))
      words.push(inWords(choice))
      steps += 1
      const taken = take(claim, breaker, pair, choice)
      if (!('pair' in taken)) return { steps, disagreement: { ...taken, steps: words } }
      pair = taken.pair
    }
  }
  return { steps, disagreement: null }
}
