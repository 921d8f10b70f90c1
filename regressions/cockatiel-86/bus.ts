/** The memory bus with the waits of cockatiel's exponential back-off; any version. */
import memory, { memoryParts } from '../../adapters/memory/index.ts'
import { createResilientBus, standardPolicies } from '../../adapters/resilience/index.ts'
import type { BusAdapter } from '../../harness/adapter.ts'
import { type Claims, fixed } from '../../harness/claims.ts'

interface Backoff {
  readonly duration: number
  next(context: undefined): Backoff
}

/** What all versions have. */
interface Cockatiel {
  readonly ExponentialBackoff: new (options: { initialDelay: number; maxDelay: number }) => { next(): Backoff }
}

/** Long against the longest wait, so that nearly every wait is the longest. */
const INITIAL = 10_000
const RETRIES = 1_200

const { breaker: _, ...rest } = memory.claims

const claims: Claims = {
  ...rest,
  publish: { timeout: fixed(50), deadline: fixed(120_000) },
  retry: {
    formula: 'exponential',
    base: fixed(20),
    factor: fixed(1),
    cap: fixed(20),
    // Its jitter lies below the cap, and seldom shows there.
    jitter: { low: fixed(0.1), high: fixed(1) },
    retries: fixed(RETRIES),
  },
}

/** `client` is the npm package that it comes from. */
export const busOn = ({ ExponentialBackoff }: Cockatiel, client: string): BusAdapter => ({
  ...memory,
  name: client,
  client,
  claims,
  open: async (site) => {
    const { retry } = site.claims
    const waits = waitsOf(new ExponentialBackoff({ initialDelay: INITIAL, maxDelay: retry?.cap ?? INITIAL }))
    const backOff: typeof standardPolicies.backOff = (policy, n, random) =>
      policy === retry ? waits(n) : standardPolicies.backOff(policy, n, random)
    return createResilientBus(site, { ...memoryParts(site), policies: { ...standardPolicies, backOff } })
  },
})

/** Wait before retry `n`, ms; each publish begins with retry 0. */
function waitsOf(factory: { next(): Backoff }): (n: number) => number {
  let current = factory.next()
  return (n) => {
    current = n === 0 ? factory.next() : current.next(undefined)
    return current.duration
  }
}
