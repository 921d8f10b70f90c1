/** The memory bus, its publishes guarded by opossum's breaker instead of the shared one. */
import CircuitBreaker from 'opossum'
import memory, { memoryParts } from '../adapters/memory/index.ts'
import { createResilientBus, standardPolicies } from '../adapters/resilience/index.ts'
import type { BusAdapter } from '../harness/adapter.ts'
import type { MakeCalledBreaker } from '../harness/breaker/follow.ts'
import { type Claims, fixed, settable } from '../harness/claims.ts'
import { opossumGuard } from './opossum-guard.ts'

/** For `busproof breaker`. */
export const makeBreaker: MakeCalledBreaker = opossumGuard(CircuitBreaker)

/** What opossum's documentation says of its breaker. */
export const opossumBreaker = {
  // The share of the times that it was fired, over `rollingCountTimeout`, once it was fired `volumeThreshold` times.
  trip: { when: 'failure-rate', above: fixed(50), calls: settable(5, 1, 100), window: fixed(60_000) },
  reset: settable(30_000, 50, 3_600_000),
  // "A single attempt": a good one closes it, any other leaves it open.
  halfOpen: { permits: fixed(1), closeAfter: fixed(1), reopenOn: fixed(1) },
  retry: 'outside',
  code: 'BREAKER_OPEN',
} as const satisfies Claims['breaker']

const opossum: BusAdapter = {
  ...memory,
  name: 'memory with opossum',
  client: 'opossum',
  claims: { ...memory.claims, breaker: opossumBreaker },
  open: async (site) =>
    createResilientBus(site, {
      ...memoryParts(site),
      policies: { ...standardPolicies, guard: opossumGuard(CircuitBreaker) },
    }),
}

export default opossum
