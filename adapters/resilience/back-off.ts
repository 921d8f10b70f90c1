/** Waits between attempts: exponential, capped, jittered. Pure. */
import type { RetryClaim } from '../../harness/claims.ts'

/**
 * The wait before retry `n` (from 0), in ms. The power is capped before it is multiplied, so the result is finite and
 * non-negative for every n. `random` draws from [0, 1).
 */
export function backOff(policy: RetryClaim<number>, n: number, random: () => number): number {
  const grown = Math.min(policy.cap, policy.base * policy.factor ** Math.min(n, 1023))
  const { low, high } = policy.jitter
  return (Number.isFinite(grown) ? grown : policy.cap) * (low + (high - low) * random())
}
