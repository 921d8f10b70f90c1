/**
 * The breaker as a formal machine: what each input does in each state, and nothing else. A call holds the generation that
 * it was let in by; its end counts only while that lasts. The clauses follow what a bus reports; this one says of any
 * breaker, driven step by step, what it must do next (see `explore.ts`).
 */
import type { BreakerState } from '../adapter.ts'
import type { BreakerClaim } from '../claims.ts'
import { begin, count, newTally, type Result, type Tally } from './tally.ts'

/** Every way out of a call. `ignored`: an error that does not count. */
export type Way = 'success' | 'failure' | 'time-out' | 'ignored' | 'cancelled'

/** How a call that ended in this way counts. */
export const RESULTS: Readonly<Record<Way, Result>> = {
  success: 'good',
  failure: 'bad',
  'time-out': 'bad',
  ignored: 'neither',
  cancelled: 'neither',
}

export type Input<T> =
  | { readonly do: 'ask' }
  /** The call that got this ticket has ended. */
  | { readonly do: 'end'; readonly ticket: T; readonly how: Way }
  /** By hand. */
  | { readonly do: 'reset' | 'isolate' | 'shut-down' }

export interface Clock {
  /** ms; it only goes forward. */
  readonly monotonic: number
  /** ms; anybody may set it. */
  readonly wall: number
}

export interface Output<S, T> {
  readonly state: S
  /** For `ask`: what the call holds until it ends; null when it is refused. */
  readonly ticket: T | null
  /** As they are reported. */
  readonly changes: readonly (readonly [from: BreakerState, to: BreakerState])[]
}

/** Any breaker as a pure step: `S` is all that it knows, `T` what it gives to a call that it lets in. */
export interface Steps<S, T> {
  readonly initial: S
  step(claim: BreakerClaim<number>, state: S, input: Input<T>, clock: Clock): Output<S, T>
}

export interface MachineState {
  readonly is: BreakerState
  readonly generation: number
  /** Of the present state. */
  readonly tally: Readonly<Tally>
  readonly inFlight: number
  /** When it was entered, ms of the monotonic clock. */
  readonly since: number
}

type Move = Output<MachineState, number>

export const machine: Steps<MachineState, number> = {
  initial: { is: 'closed', generation: 0, tally: newTally(), inFlight: 0, since: 0 },
  step(claim, state, input, { monotonic: now }) {
    if (state.is === 'shut-down') return stay(state)
    switch (input.do) {
      case 'ask':
        return ask(claim, state, now)
      case 'end':
        return input.ticket === state.generation ? end(claim, state, RESULTS[input.how], now) : stay(state)
      case 'reset':
        return enter(state, 'closed', now)
      case 'isolate':
        return enter(state, 'isolated', now)
      case 'shut-down':
        return enter(state, 'shut-down', now)
    }
  },
}

const stay = (state: MachineState): Move => ({ state, ticket: null, changes: [] })

/** A new generation with cleared counts; reported only if the state changes. */
function enter({ is, generation }: MachineState, to: BreakerState, now: number): Move {
  const state = { is: to, generation: generation + 1, tally: newTally(), inFlight: 0, since: now }
  return { state, ticket: null, changes: is === to ? [] : [[is, to]] }
}

function ask(claim: BreakerClaim<number>, state: MachineState, now: number): Move {
  if (state.is === 'open' && now - state.since >= claim.reset) {
    const { state: halfOpen, changes } = enter(state, 'half-open', now)
    return { ...letIn(claim, halfOpen, now), changes }
  }
  const free = state.is === 'closed' || (state.is === 'half-open' && state.inFlight < claim.halfOpen.permits)
  return free ? letIn(claim, state, now) : stay(state)
}

function letIn(claim: BreakerClaim<number>, state: MachineState, now: number): Move {
  const tally = { ...state.tally }
  begin(claim, state.is, tally, now)
  return { state: { ...state, tally, inFlight: state.inFlight + 1 }, ticket: state.generation, changes: [] }
}

function end(claim: BreakerClaim<number>, state: MachineState, result: Result, now: number): Move {
  const tally = { ...state.tally }
  const to = count(claim, state.is, tally, result, now)
  return to === null ? stay({ ...state, tally, inFlight: state.inFlight - 1 }) : enter(state, to, now)
}
