import type { ClaimDescriptor } from './descriptor.ts'
import { type RetryClaim, retryContradiction, retryShape } from './retry.ts'

export interface HandlingPart<F> {
  /** Retries of a rejecting handler before the message is dead-lettered. */
  readonly handling?: RetryClaim<F>
}

export const handling = {
  shape: retryShape,
  contradiction: (claim) => retryContradiction('handling', claim),
  settings: {
    'handling.retries': [1, 2, 0],
    'handling.factor': [2, 1.5, 3],
    'handling.jitter.low': [0.5, 0, 0.9],
    'handling.jitter.high': [1.5, 1, 2],
    'handling.cap': [100, 200],
    'handling.base': { simulated: [10, 20, 50], real: [20, 50] },
  },
  // Longer than an attempt on the wire, so that others could be handled meanwhile.
  leaning: { 'handler-waits': { 'handling.retries': [1, 2], 'handling.base': [400] } },
  floors: {
    'handling.cap': (most) => most('handling.base'),
    'handling.jitter.high': (most) => most('handling.jitter.low'),
  },
  conditions: { handling: {} },
  docs: 'retries of a rejecting handler before the message is dead-lettered, in the same form as `retry`; a bus may count the calls of each member, or those of all members of a group together',
} satisfies ClaimDescriptor<'handling'>
