/** The memory bus with opossum's breaker, for any version. */
import type CircuitBreaker from 'opossum'
import { memoryParts } from '../adapters/memory/index.ts'
import { createResilientBus, standardPolicies } from '../adapters/resilience/index.ts'
import example, { opossumBreaker } from '../examples/opossum.ts'
import { opossumGuard } from '../examples/opossum-guard.ts'
import type { BusAdapter } from '../harness/adapter.ts'
import { settable } from '../harness/claims.ts'

/** `client` is the npm package that it comes from. */
export const busOn = (Breaker: typeof CircuitBreaker, client: string): BusAdapter => ({
  ...example,
  name: client,
  client,
  claims: { ...example.claims, breaker: { ...opossumBreaker, reset: settable(30_000, 0, 3_600_000) } },
  open: async (site) =>
    createResilientBus(site, {
      ...memoryParts(site),
      policies: { ...standardPolicies, guard: opossumGuard(Breaker) },
    }),
})
