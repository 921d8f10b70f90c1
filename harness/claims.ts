/**
 * What an adapter promises, and therefore what busproof judges. Plain JSON. Each figure is either fixed, or settable by the
 * run within a range, so that a run can use a back-off of 20 ms although production uses a second.
 */
import type { Claims, ResolvedClaims } from './claims/claims.ts'
import { isFigure } from './claims/figure.ts'

export type { BreakerClaim, ConsecutiveTrip, RateTrip, TripClaim } from './claims/breaker.ts'
export type { Claims, ClaimsOf, ResolvedClaims } from './claims/claims.ts'
export type { DeadLetterClaim } from './claims/dead-letter.ts'
export type { DeduplicationClaim } from './claims/deduplication.ts'
export type { DegradationClaim } from './claims/degradation.ts'
export type { DispatchClaim } from './claims/dispatch.ts'
export type { EnvelopeClaim, EnvelopeField } from './claims/envelope.ts'
export { type Figure, fixed, isFigure, settable } from './claims/figure.ts'
export type { RetryClaim } from './claims/retry.ts'
export type { SubscriberBreakerClaim } from './claims/subscriber-breaker.ts'

/** Values for settable figures by dotted path, such as `retry.base`. */
export type Settings = Readonly<Record<string, number>>

/** Every settable figure by its dotted path. */
export function settableFigures(claims: Claims): ReadonlyMap<string, { default: number; min: number; max: number }> {
  const found = new Map<string, { default: number; min: number; max: number }>()
  const visit = (value: unknown, path: string): void => {
    if (isFigure(value)) {
      if ('default' in value) found.set(path, value)
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) visit(inner, path === '' ? name : `${path}.${name}`)
    }
  }
  visit(claims, '')
  return found
}

/** Sets every figure: fixed ones unchanged, settable ones from `settings`, clamped to their range, or to the default. */
export function resolveClaims(claims: Claims, settings: Settings): ResolvedClaims {
  const resolve = (value: unknown, path: string): unknown => {
    if (isFigure(value)) {
      if ('fixed' in value) return value.fixed
      const wanted = settings[path]
      return wanted === undefined ? value.default : Math.min(value.max, Math.max(value.min, wanted))
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, resolve(inner, path === '' ? name : `${path}.${name}`)]),
    )
  }
  return resolve(claims, '') as ResolvedClaims
}
