/** The shared breaker as the machine takes it, and broken copies of it: each line of them was a bug of somebody's breaker. */
import {
  type BreakerEvent,
  type BreakerState,
  type BreakerStep,
  type CountingBreaker,
  initialBreaker,
  stepBreaker,
} from '../adapters/resilience/index.ts'
import { type Clock, type Input, type Output, RESULTS, type Steps, type Way } from '../harness/breaker/machine.ts'

type Claim = CountingBreaker
export type Shared = Steps<BreakerState, number>
type Step = (...given: [...Parameters<typeof stepBreaker>, how: Way | null, clock: Clock]) => BreakerStep

export const eventOf = (input: Input<number>): BreakerEvent =>
  input.do === 'end' ? { type: 'ended', generation: input.ticket, result: RESULTS[input.how] } : { type: input.do }

/** `told`: the changes that are told of a step; default the one that there was. */
function steps(
  step: Step,
  told: (from: BreakerState, to: BreakerState, input: Input<number>) => Output<never, never>['changes'] = changed,
): Shared {
  return {
    initial: initialBreaker,
    step(claim: Claim, state, input, clock) {
      const how = input.do === 'end' ? input.how : null
      const { state: next, admitted } = step(claim, state, eventOf(input), clock.monotonic, how, clock)
      return { state: next, ticket: admitted, changes: told(state, next, input) }
    },
  }
}

const changed = (from: BreakerState, to: BreakerState): Output<never, never>['changes'] =>
  from.is === to.is ? [] : [[from.is, to.is]]

export const shared: Shared = steps(stepBreaker)

const kept = (state: BreakerState): BreakerStep => ({ state, admitted: null })
const isEnd = (event: BreakerEvent, ...results: readonly string[]): event is BreakerEvent & { type: 'ended' } =>
  event.type === 'ended' && (results.length === 0 || results.includes(event.result))

/** Ends of this result count whenever their calls were let in. */
const countsLate = (is: BreakerState['is'], result: string): Shared =>
  steps((claim, state, event, now) =>
    stepBreaker(
      claim,
      state,
      state.is === is && isEnd(event, result) ? { ...event, generation: state.generation } : event,
      now,
    ),
  )

/** Probes that end in this way are not told to it. */
const forgets = (...ways: readonly Way[]): Shared =>
  steps((claim, state, event, now, how) =>
    state.is === 'half-open' && how !== null && ways.includes(how)
      ? kept(state)
      : stepBreaker(claim, state, event, now),
  )

const withClaim = (change: (claim: Claim) => Claim): Shared =>
  steps((claim, state, event, now) => stepBreaker(change(claim), state, event, now))

const halfOpen = (claim: Claim, change: Partial<Claim['halfOpen']>): Claim => ({
  ...claim,
  halfOpen: { ...claim.halfOpen, ...change },
})

/** As it entered half-open, but for what `change` says. */
const entering = (
  is: BreakerState['is'],
  change: (state: BreakerState, before: BreakerState, claim: Claim) => BreakerState,
): Shared =>
  steps((claim, state, event, now) => {
    const after = stepBreaker(claim, state, event, now)
    return state.is !== is && after.state.is === is ? { ...after, state: change(after.state, state, claim) } : after
  })

export const BROKEN: Readonly<Record<string, Shared>> = {
  'lets any number of probes in': withClaim((claim) => halfOpen(claim, { permits: Number.POSITIVE_INFINITY })),
  'does not count the call that made it half-open': entering('half-open', (state) =>
    state.is === 'half-open' ? { ...state, inFlight: 0 } : state,
  ),
  'lets a late success close half-open': countsLate('half-open', 'good'),
  'lets a late failure open it again': countsLate('half-open', 'bad'),
  'counts a late failure while closed': countsLate('closed', 'bad'),
  'lets a late success close it while it is open': steps((claim, state, event, now) =>
    state.is === 'open' && isEnd(event, 'good')
      ? stepBreaker(claim, state, { type: 'reset' }, now)
      : stepBreaker(claim, state, event, now),
  ),
  'keeps the permit of a cancelled probe': forgets('cancelled'),
  'keeps the permit of a probe whose error does not count': forgets('ignored'),
  'never leaves half-open when a probe hangs until its time-out': forgets('time-out'),
  'never leaves half-open when a probe fails': forgets('failure', 'time-out'),
  'never closes, but waits for one success more': withClaim((claim) =>
    halfOpen(claim, { closeAfter: claim.halfOpen.closeAfter + 1 }),
  ),
  'begins its time anew with a failure while it is open': steps((claim, state, event, now) =>
    state.is === 'open' && isEnd(event, 'bad')
      ? kept({ ...state, until: now + claim.reset })
      : stepBreaker(claim, state, event, now),
  ),
  'tells a failure while it is open as one more opening': steps(
    (claim, state, event, now) => stepBreaker(claim, state, event, now),
    (from, to, input) =>
      from.is === 'open' && input.do === 'end' && RESULTS[input.how] === 'bad'
        ? [['closed', 'open']]
        : changed(from, to),
  ),
  'goes from open to half-open without a call, on a failure': steps((claim, state, event, now) =>
    state.is === 'open' && isEnd(event, 'bad')
      ? { ...stepBreaker(claim, { ...state, until: now }, { type: 'ask' }, now), admitted: null }
      : stepBreaker(claim, state, event, now),
  ),
  'closes when its time is over, without a probe': steps((claim, state, event, now) =>
    state.is === 'open' && event.type === 'ask' && now >= state.until
      ? stepBreaker(claim, stepBreaker(claim, state, { type: 'reset' }, now).state, event, now)
      : stepBreaker(claim, state, event, now),
  ),
  'counts failures from before it was last open': entering('closed', (state, before, claim) =>
    state.is === 'closed' && before.is === 'half-open' ? { ...state, failures: claim.trip.failures - 1 } : state,
  ),
  'does not begin its count anew with a success': steps((claim, state, event, now) =>
    state.is === 'closed' && isEnd(event, 'good') ? kept(state) : stepBreaker(claim, state, event, now),
  ),
  'waits by the wall clock': {
    initial: initialBreaker,
    step: (claim, state, input, clock) => shared.step(claim, state, input, { monotonic: clock.wall, wall: clock.wall }),
  },
  'goes on after it was shut down': steps((claim, state, event, now) =>
    state.is === 'shut-down' && event.type === 'ask'
      ? stepBreaker(claim, { is: 'open', generation: state.generation, until: now }, event, now)
      : stepBreaker(claim, state, event, now),
  ),
  'can be reset after it was shut down': steps((claim, state, event, now) =>
    state.is === 'shut-down' && event.type === 'reset'
      ? { state: { is: 'closed', generation: state.generation + 1, failures: 0 }, admitted: null }
      : stepBreaker(claim, state, event, now),
  ),
  'counts one failure twice': steps((claim, state, event, now) => {
    const once = stepBreaker(claim, state, event, now)
    return isEnd(event, 'bad') && once.state.is === 'closed' ? stepBreaker(claim, once.state, event, now) : once
  }),
  'counts a cancelled call as a failure': steps((claim, state, event, now) =>
    stepBreaker(claim, state, isEnd(event, 'neither') ? { ...event, result: 'bad' } : event, now),
  ),
  'counts a cancelled call as a success': steps((claim, state, event, now) =>
    stepBreaker(claim, state, isEnd(event, 'neither') ? { ...event, result: 'good' } : event, now),
  ),
  'opens one failure too late': withClaim((claim) => ({
    ...claim,
    trip: { ...claim.trip, failures: claim.trip.failures + 1 },
  })),
  'lets the first probe in a moment early': withClaim((claim) => ({ ...claim, reset: claim.reset - 1 })),
  'lets the first probe in a moment late': withClaim((claim) => ({ ...claim, reset: claim.reset + 1 })),
  'carries successes over from one half-open time to the next': entering('half-open', (state) =>
    state.is === 'half-open' ? { ...state, good: state.generation > 2 ? 1 : 0 } : state,
  ),
  'is still forced open after a reset': steps((claim, state, event, now) =>
    state.is === 'isolated' && event.type === 'reset' ? kept(state) : stepBreaker(claim, state, event, now),
  ),
}
