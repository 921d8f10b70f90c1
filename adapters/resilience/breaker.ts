/**
 * Circuit breaker as a pure step over (state, event, now). A state period has a generation; a call is admitted in one,
 * and its result counts only while that generation lasts.
 */
import type { BreakerState as BreakerName } from '../../harness/adapter.ts'
import type { BreakerClaim, ConsecutiveTrip } from '../../harness/claims.ts'

/** It counts consecutive failures. */
export type CountingBreaker = BreakerClaim<number, ConsecutiveTrip<number>>

export type BreakerState =
  | { readonly is: 'closed'; readonly generation: number; readonly failures: number }
  | { readonly is: 'open'; readonly generation: number; readonly until: number }
  | {
      readonly is: 'half-open'
      readonly generation: number
      readonly inFlight: number
      readonly good: number
      readonly bad: number
    }
  /** Forced open until it is reset, or for good. */
  | { readonly is: 'isolated' | 'shut-down'; readonly generation: number }

export type BreakerEvent =
  | { readonly type: 'ask' }
  /** `neither`: cancelled, or a permanent error, which says nothing about the health of the bus. */
  | { readonly type: 'ended'; readonly generation: number; readonly result: 'good' | 'bad' | 'neither' }
  /** By hand. */
  | { readonly type: 'reset' | 'isolate' | 'shut-down' }

export interface BreakerStep {
  readonly state: BreakerState
  /** For `ask`: the generation in which the call was admitted, or null if it was refused. */
  readonly admitted: number | null
}

export const initialBreaker: BreakerState = { is: 'closed', generation: 0, failures: 0 }

/** `now` in ms of a monotonic clock. */
export function stepBreaker(
  policy: CountingBreaker,
  state: BreakerState,
  event: BreakerEvent,
  now: number,
): BreakerStep {
  if (state.is === 'shut-down') return { state, admitted: null }
  switch (event.type) {
    case 'ask':
      return ask(policy, state, now)
    case 'ended':
      return {
        state: event.generation === state.generation ? ended(policy, state, event.result, now) : state,
        admitted: null,
      }
    case 'reset':
      return { state: { is: 'closed', generation: state.generation + 1, failures: 0 }, admitted: null }
    case 'isolate':
      return { state: { is: 'isolated', generation: state.generation + 1 }, admitted: null }
    case 'shut-down':
      return { state: { is: 'shut-down', generation: state.generation + 1 }, admitted: null }
  }
}

function ask(policy: CountingBreaker, state: BreakerState, now: number): BreakerStep {
  if (state.is === 'closed') return { state, admitted: state.generation }
  if (state.is === 'open') {
    if (now < state.until) return { state, admitted: null }
    const halfOpen = { is: 'half-open', generation: state.generation + 1, inFlight: 1, good: 0, bad: 0 } as const
    return { state: halfOpen, admitted: halfOpen.generation }
  }
  if (state.is !== 'half-open' || state.inFlight >= policy.halfOpen.permits) return { state, admitted: null }
  return { state: { ...state, inFlight: state.inFlight + 1 }, admitted: state.generation }
}

function ended(
  policy: CountingBreaker,
  state: BreakerState,
  result: 'good' | 'bad' | 'neither',
  now: number,
): BreakerState {
  if (state.is === 'closed') {
    if (result === 'neither') return state
    const failures = result === 'good' ? 0 : state.failures + 1
    return failures >= policy.trip.failures ? opened(policy, state.generation, now) : { ...state, failures }
  }
  if (state.is !== 'half-open') return state
  const good = state.good + (result === 'good' ? 1 : 0)
  const bad = state.bad + (result === 'bad' ? 1 : 0)
  if (bad >= policy.halfOpen.reopenOn) return opened(policy, state.generation, now)
  if (good >= policy.halfOpen.closeAfter) return { is: 'closed', generation: state.generation + 1, failures: 0 }
  return { ...state, inFlight: state.inFlight - 1, good, bad }
}

const opened = (policy: CountingBreaker, generation: number, now: number): BreakerState => ({
  is: 'open',
  generation: generation + 1,
  until: now + policy.reset,
})

export interface Breaker {
  /** The generation that the call is admitted in; null when it is refused. */
  ask(): number | null
  /** Whether a call made now would certainly be refused; admits nothing. */
  isOpen(): boolean
  ended(generation: number, result: 'good' | 'bad' | 'neither'): void
  /** Operates it by hand: closes it, forces it open, or shuts it down for good. */
  force(to: 'reset' | 'isolate' | 'shut-down'): void
}

/** A thin shell that holds the state, reads the clock and reports each change. */
export function createBreaker(
  policy: CountingBreaker,
  options: { step: typeof stepBreaker; onChanged: (from: BreakerName, to: BreakerName) => void },
): Breaker {
  let state: BreakerState = initialBreaker
  const apply = (event: BreakerEvent): number | null => {
    const from = state.is
    const { state: next, admitted } = options.step(policy, state, event, performance.now())
    state = next
    if (from !== next.is) options.onChanged(from, next.is)
    return admitted
  }
  return {
    ask: () => apply({ type: 'ask' }),
    isOpen: () =>
      state.is === 'isolated' || state.is === 'shut-down' || (state.is === 'open' && performance.now() < state.until),
    ended: (generation, result) => void apply({ type: 'ended', generation, result }),
    force: (to) => void apply({ type: to }),
  }
}
