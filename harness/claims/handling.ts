import type { ClaimDescriptor } from './descriptor.ts'
import { retryContradiction, retryShape } from './retry.ts'

export const handling = {
  shape: retryShape,
  contradiction: (claim) => retryContradiction('handling', claim),
  settings: {
    retries: [1, 2, 0],
    factor: [2],
    cap: [100, 200],
    base: { simulated: [10, 20, 50], real: [20, 50] },
  },
  floors: { cap: (most) => most('handling.base') },
  conditions: { handling: {} },
  docs: 'retries of a handler that rejects, before the message is dead-lettered: the same form',
} satisfies ClaimDescriptor<'handling'>
