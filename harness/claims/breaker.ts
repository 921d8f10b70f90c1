import { z } from 'zod'
import type { Forced } from '../events/caller.ts'
import { type Ask, type ClaimDescriptor, count, method, ms } from './descriptor.ts'
import type { Figure } from './figure.ts'
import { first, whole } from './rules.ts'

/** Trips at this many failed attempts in a row; a success in between restarts the count. */
export interface ConsecutiveTrip<F = Figure> {
  readonly when: 'consecutive-failures'
  readonly failures: F
}

/**
 * Trips on a failure if, during the last `window`, at least `calls` calls were let in, and failures came for more than `above` per
 * cent of that number, whenever their calls were let in; a change of state restarts the count.
 */
export interface RateTrip<F = Figure> {
  readonly when: 'failure-rate'
  readonly above: F
  readonly calls: F
  readonly window: F
}

export type TripClaim<F = Figure> = ConsecutiveTrip<F> | RateTrip<F>

export interface BreakerClaim<F = Figure, T = TripClaim<F>> {
  readonly trip: T
  /** Time from the trip until the first probe may be admitted. */
  readonly reset: F
  readonly halfOpen: {
    /** Probes that may be in flight at once, including the call that made the breaker half-open. */
    readonly permits: F
    /** Successful probes that close it. */
    readonly closeAfter: F
    /** Failed probes that open it again. */
    readonly reopenOn: F
  }
  /** `outside`: retry wraps the breaker, each attempt counts. `inside`: the breaker wraps the retries, each publish counts. */
  readonly retry: 'outside' | 'inside'
  /** Code of the error that refuses a call while open. */
  readonly code: string
  /** `Bus.breaker` resets it and forces it open by hand. */
  readonly manual?: true
}

/** When a node's breaker is operated by hand. */
export interface PlannedForce {
  readonly node: number
  /** ms after traffic began. */
  readonly at: number
  /** ms that it is forced open before it is reset; null if it is only reset. */
  readonly isolated: number | null
  /** The number of resets at that moment, one after another. */
  readonly resets: number
}

/** Traffic rests until a breaker by failure rate has forgotten what was before: whatever is planned for later comes so much later. */
export interface PlannedRest {
  /** ms after traffic began, rests before it not counted. */
  readonly at: number
}

export interface BreakerLists {
  /** At most one counts. Only if `breaker.trip` is a failure rate. */
  readonly rests?: readonly PlannedRest[]
  /** Only if `breaker.manual` is claimed. */
  readonly forces?: readonly PlannedForce[]
}

export interface BreakerPart<F> {
  readonly breaker?: BreakerClaim<F>
}

/** Operates the breaker that guards publishes. Each method takes effect during the call; the change is reported before it resolves. */
export interface BreakerByHand {
  /** Closes the breaker from any state and clears its counts. A breaker that is already closed reports nothing. */
  reset(): Promise<void>
  /** Forces the breaker open: it refuses every call until it is reset. */
  isolate(): Promise<void>
}

export interface BreakerBus {
  /** Required by the claim `breaker.manual`. */
  readonly breaker?: BreakerByHand
}

const forced = (node: number, at: number, to: Forced): Ask => ({
  node,
  at,
  async carryOut({ bus, tell, see }) {
    tell({ type: 'force', to })
    try {
      await bus.breaker?.[to]()
      tell({ type: 'forced', to })
    } catch (error) {
      tell({ type: 'forced', to, error: see(error) })
    }
  },
})

export const breaker = {
  shape: (figure) =>
    z.strictObject({
      trip: z.discriminatedUnion('when', [
        z.strictObject({ when: z.literal('consecutive-failures'), failures: figure }),
        z.strictObject({ when: z.literal('failure-rate'), above: figure, calls: figure, window: figure }),
      ]),
      reset: figure,
      halfOpen: z.strictObject({ permits: figure, closeAfter: figure, reopenOn: figure }),
      retry: z.enum(['outside', 'inside']),
      code: z.string().min(1),
      manual: z.literal(true).exactOptional(),
    }),
  contradiction({ trip, halfOpen, code }, { errors }) {
    if (!errors.codes.includes(code)) return `breaker.code (${code}) is not among errors.codes.`
    return first([
      trip.when === 'failure-rate'
        ? whole('breaker.trip.calls', trip.calls, 1)
        : whole('breaker.trip.failures', trip.failures, 1),
      whole('breaker.halfOpen.permits', halfOpen.permits, 1),
      whole('breaker.halfOpen.closeAfter', halfOpen.closeAfter, 1),
      whole('breaker.halfOpen.reopenOn', halfOpen.reopenOn, 1),
    ])
  },
  needs: () => ['network'],
  settings: {
    'breaker.trip.failures': [2, 3, 5],
    'breaker.trip.calls': [2, 3, 5],
    'breaker.trip.above': [50, 25, 75],
    // Also shorter than an outage, so that failures leave it.
    'breaker.trip.window': { simulated: [1000, 400, 2000], real: [1000, 500, 2000] },
    'breaker.halfOpen.permits': [1, 2],
    'breaker.halfOpen.closeAfter': [1, 2, 3],
    'breaker.halfOpen.reopenOn': [1, 2],
    // Also shorter than an attempt, so that an attempt can outlast it.
    'breaker.reset': { simulated: [200, 300, 100, 500, 800], real: [300, 400, 200, 600] },
  },
  // While it is open, nothing is retried.
  leaning: { retries: { 'breaker.trip.failures': [20], 'breaker.trip.calls': [20] } },
  conditions: {
    breaker: {},
    'rate-breaker': {
      when: ({ trip }) => trip.when === 'failure-rate',
      lists: {
        rests: {
          shape: z.strictObject({ at: ms }),
          fields: ({ faultAt }) => ({ at: { values: faultAt } }),
          seed: 'rests',
          share: 0.05,
          size: [1, 1],
          leans: { 'publish-outage': [0, 1] },
          lacks: 'no breaker by failure rate claimed',
        },
      },
    },
    'manual-breaker': {
      when: ({ manual }) => manual === true,
      owes: { breaker: z.looseObject({ reset: method, isolate: method }) },
      lists: {
        forces: {
          shape: z.strictObject({ node: count, at: ms, isolated: ms.nullable(), resets: z.int().min(1) }),
          fields: ({ nodes, faultAt, faultLasts }) => ({
            node: { values: nodes },
            at: { values: faultAt },
            isolated: {
              values: [null, ...faultLasts.filter((lasts) => lasts <= 600)],
              weight: (lasts) => (lasts === null ? 4 : 1),
            },
            resets: { values: [1, 2] },
          }),
          seed: 'forces',
          share: 0.2,
          size: [1, 2],
          leans: { 'breaker-by-hand': [1, 3] },
          lacks: 'no breaker operated by hand claimed',
          asks({ node, at, isolated, resets }) {
            const closing = Array.from({ length: resets }, () => forced(node, at + (isolated ?? 0), 'reset'))
            return isolated === null ? closing : [forced(node, at, 'isolate'), ...closing]
          },
        },
      },
    },
  },
  docs: {
    breaker: 'when it opens, for how long, what closes it, and the code of the error that refuses a call',
    'breaker.manual':
      'the breaker can be reset and forced open by hand; needs [`breaker`](adapter.md#a-breaker-operated-by-hand)',
  },
} satisfies ClaimDescriptor<'breaker'>
