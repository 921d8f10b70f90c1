import { z } from 'zod'
import type { ClaimDescriptor } from './descriptor.ts'
import type { Figure } from './figure.ts'
import { whole } from './rules.ts'

/**
 * While the breaker is open, or earlier publishes are still queued, publishes are queued in order. Once the breaker lets them
 * through, they are sent first in, first out.
 */
export interface DegradationClaim<F = Figure> {
  /** The number of publishes that may be queued at once. */
  readonly capacity: F
  /** Code of the error for a publish that does not fit. */
  readonly code: string
}

export interface DegradationPart<F> {
  /** Needs a breaker whose calls are single attempts. */
  readonly degradation?: DegradationClaim<F>
}

export const degradation = {
  shape: (figure) => z.strictObject({ capacity: figure, code: z.string().min(1) }),
  contradiction({ capacity, code }, { breaker, errors }) {
    if (breaker === undefined)
      return 'degradation is claimed without a breaker, so it is undefined when publishes are queued.'
    if (breaker.retry === 'inside')
      return 'degradation is claimed with breaker.retry inside, but a queue sends single attempts (outside).'
    if (!errors.codes.includes(code)) return `degradation.code (${code}) is not among errors.codes.`
    if (code === breaker.code)
      return `degradation.code equals breaker.code (${code}), so callers cannot distinguish a full queue from an open breaker.`
    return whole('degradation.capacity', capacity, 1)
  },
  settings: { 'degradation.capacity': [8, 4, 2] },
  conditions: { degradation: {} },
  docs: "while the breaker is open, up to `capacity` publishes are queued, and others are refused with `code`; the queue is sent in order [afterwards](adapter.md#a-queue-while-the-breaker-is-open); needs a `breaker` with `retry: 'outside'`",
} satisfies ClaimDescriptor<'degradation'>
