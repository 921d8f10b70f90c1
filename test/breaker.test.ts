/** The shared breaker against the formal machine, step by step, and the machine against broken breakers. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Breaker, type CountingBreaker, createBreaker, stepBreaker } from '../adapters/resilience/index.ts'
import type { BreakerState } from '../harness/adapter.ts'
import { ACTIONS, ALL_ACTIONS, explore, wander } from '../harness/breaker/explore.ts'
import { machine, RESULTS, type Steps } from '../harness/breaker/machine.ts'
import type { BreakerClaim } from '../harness/claims.ts'
import { BROKEN, type Shared, shared } from './breaker.case.ts'

const claimOf = (failures: number, permits: number, closeAfter: number, reopenOn: number): CountingBreaker => ({
  trip: { when: 'consecutive-failures', failures },
  reset: 100,
  halfOpen: { permits, closeAfter, reopenOn },
  retry: 'outside',
  code: 'OPEN',
})
const QUICK = claimOf(1, 1, 1, 1)
const SLOW = claimOf(2, 2, 2, 2)
const CLAIMS = [QUICK, claimOf(2, 1, 1, 1), claimOf(1, 1, 2, 1), claimOf(1, 2, 2, 2), SLOW]

const NAMED = CLAIMS.map((claim): readonly [string, CountingBreaker] => {
  const { permits, closeAfter, reopenOn } = claim.halfOpen
  return [`opens at ${claim.trip.failures}, ${permits} at once, ${closeAfter} good or ${reopenOn} bad`, claim]
})

describe('the shared breaker does what the machine does', () => {
  it.each(NAMED)('in every sequence of eight steps: %s', (_name, claim) => {
    const { steps, disagreement } = explore(claim, shared, { depth: 8 })
    expect(disagreement).toBeNull()
    expect(steps).toBeGreaterThan(300_000)
  })

  it.each(NAMED)('in every sequence of five with all there is: %s', (_name, claim) => {
    expect(explore(claim, shared, { depth: 5, actions: ALL_ACTIONS }).disagreement).toBeNull()
  })

  it.each(NAMED)('on long walks: %s', (_name, claim) => {
    for (const actions of [ACTIONS, ALL_ACTIONS.filter((action) => action !== 'shut-down')])
      expect(wander(claim, shared, { seed: 1, walks: 300, length: 100, actions }).disagreement).toBeNull()
  })

  afterEach(() => vi.restoreAllMocks())

  it('with its clock and its reports around it', () => {
    let now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    const told: (readonly [BreakerState, BreakerState])[] = []
    const onChanged = (from: BreakerState, to: BreakerState): void => void told.push([from, to])
    /** It keeps its state to itself, which is enough for walks that never turn back. */
    const kept: Steps<Breaker | null, number> = {
      initial: null,
      step(claim: CountingBreaker, state, input, { monotonic }) {
        now = monotonic
        const breaker = state ?? createBreaker(claim, { step: stepBreaker, onChanged })
        const ticket = input.do === 'ask' ? breaker.ask() : null
        if (input.do === 'end') breaker.ended(input.ticket, RESULTS[input.how])
        else if (input.do !== 'ask') breaker.force(input.do)
        return { state: breaker, ticket, changes: told.splice(0) }
      },
    }
    for (const claim of CLAIMS)
      expect(wander(claim, kept, { seed: 2, walks: 100, length: 60, actions: ALL_ACTIONS }).disagreement).toBeNull()
  })
})

describe('the machine catches a breaker that', () => {
  const searches = [
    (claim: BreakerClaim<number>, broken: Shared) => explore(claim, broken, { depth: 4, actions: ALL_ACTIONS }),
    (claim: BreakerClaim<number>, broken: Shared) => wander(claim, broken, { seed: 3, walks: 100, length: 60 }),
    (claim: BreakerClaim<number>, broken: Shared) => explore(claim, broken, { depth: 7 }),
  ]
  const caught = (broken: Shared): boolean =>
    searches.some((search) => CLAIMS.some((claim) => search(claim, broken).disagreement !== null))

  it.each(Object.entries(BROKEN))('%s', (_name, broken) => {
    expect(caught(broken)).toBe(true)
  })

  it('says in words what happened, and the shortest way to it', () => {
    const early = BROKEN['lets the first probe in a moment early']
    if (early === undefined) throw new Error('there is no such breaker')
    expect(explore(QUICK, early, { depth: 6 }).disagreement).toEqual({
      steps: ['ask', 'call 1: failure', 'almost', 'ask'],
      expected: 'refused',
      actual: 'let in, open → half-open',
    })
  })

  it('is a copy of itself: it finds nothing', () => {
    expect(explore(SLOW, machine, { depth: 6 }).disagreement).toBeNull()
  })
})
