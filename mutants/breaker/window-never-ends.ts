import type { BusAdapter } from '../../harness/adapter.ts'
import failureRate from '../../test/buses/failure-rate/index.ts'
import { type Defect, withClaims } from '../mutant.ts'

export const defect: Defect = {
  text: 'The breaker by failure rate never forgets: calls and failures stay in its window until it changes state.',
  must: ['breaker/12'],
  // What it never forgets, it keeps.
  may: ['breaker/1', 'delivery/13', 'resources/10'],
  minimal: 'failures-leave-the-window',
}

export default {
  ...failureRate,
  name: 'broken failure rate',
  open: (site) =>
    failureRate.open(
      withClaims(site, (claims) => {
        const { breaker } = claims
        if (breaker?.trip.when !== 'failure-rate') return claims
        return { ...claims, breaker: { ...breaker, trip: { ...breaker.trip, window: Number.POSITIVE_INFINITY } } }
      }),
    ),
} satisfies BusAdapter
