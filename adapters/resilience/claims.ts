/** What every bus over the shared resilience promises; an adapter adds what its system promises. */
import { type Claims, fixed, settable } from '../../harness/claims.ts'
import { ALL_CODES, CODES } from './errors.ts'

const exponential = (retries: number) =>
  ({
    formula: 'exponential',
    base: settable(1_000, 5, 60_000),
    factor: fixed(2),
    cap: settable(30_000, 20, 300_000),
    jitter: { low: fixed(0.5), high: fixed(1.5) },
    retries: settable(retries, 0, 10),
  }) as const

/** The defaults of the ONEX event bus: base 1 s, three retries, jitter from 0.5 to 1.5, five consecutive failures, reset 30 s. */
export const resilientClaims = {
  delivery: 'at-least-once',
  ordering: 'per-key',
  publish: { timeout: settable(5_000, 50, 300_000), deadline: settable(60_000, 200, 600_000) },
  consume: { session: settable(10_000, 200, 60_000), behindFailure: 'hold' },
  close: { deadline: settable(15_000, 500, 120_000) },
  recovery: { deadline: settable(60_000, 1_000, 300_000) },
  errors: { codes: ALL_CODES },
  retry: exponential(3),
  handling: exponential(3),
  breaker: {
    trip: { when: 'consecutive-failures', failures: settable(5, 1, 100) },
    reset: settable(30_000, 50, 3_600_000),
    halfOpen: { permits: settable(1, 1, 10), closeAfter: settable(2, 1, 10), reopenOn: fixed(1) },
    retry: 'outside',
    code: CODES.breakerOpen,
  },
  deadLetter: { naming: 'per-topic', name: '.dlq' },
} as const satisfies Omit<Claims, 'messages'>

/** For buses whose components can be looked at: 5 s, as the ONEX event bus gives a check, and a look every second at most. */
export const healthClaim = {
  timeout: settable(5_000, 100, 60_000),
  age: settable(1_000, 0, 60_000),
} as const satisfies Claims['health']
