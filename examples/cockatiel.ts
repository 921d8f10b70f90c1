/** The memory bus, its publishes guarded by cockatiel's breaker instead of the shared one. */
import * as cockatielPackage from 'cockatiel'
import memory, { memoryParts } from '../adapters/memory/index.ts'
import { createResilientBus, standardPolicies } from '../adapters/resilience/index.ts'
import type { BusAdapter } from '../harness/adapter.ts'
import type { MakeCalledBreaker } from '../harness/breaker/follow.ts'
import { type Claims, fixed, settable } from '../harness/claims.ts'
import { cockatielGuard } from './cockatiel-guard.ts'

/** For `busproof breaker`. */
export const makeBreaker: MakeCalledBreaker = cockatielGuard(cockatielPackage)

/** What cockatiel's documentation says of a breaker that counts failures in a row. */
export const cockatielBreaker = {
  trip: { when: 'consecutive-failures', failures: settable(5, 1, 100) },
  reset: settable(30_000, 50, 3_600_000),
  // One test call at a time, which decides.
  halfOpen: { permits: fixed(1), closeAfter: fixed(1), reopenOn: fixed(1) },
  retry: 'outside',
  code: 'BREAKER_OPEN',
} as const satisfies Claims['breaker']

const cockatiel: BusAdapter = {
  ...memory,
  name: 'memory with cockatiel',
  client: 'cockatiel',
  claims: { ...memory.claims, breaker: cockatielBreaker },
  open: async (site) =>
    createResilientBus(site, {
      ...memoryParts(site),
      policies: { ...standardPolicies, guard: cockatielGuard(cockatielPackage) },
    }),
}

export default cockatiel
