import { LEAST_MEMORY, MEMORY_OF_A_BUS } from '../claims.ts'
import type { ClaimDescriptor } from './descriptor.ts'
import { whole } from './rules.ts'

export interface MemoryPart<F> {
  /** The most bytes of memory that one open bus holds; default `MEMORY_OF_A_BUS`. */
  readonly memory?: F
}

/** It enables no clause: every bus is judged by it, or by the default if it is not claimed. */
export const memory = {
  shape: (figure) => figure,
  contradiction: (claim) => whole('memory', claim, LEAST_MEMORY),
  settings: { memory: [MEMORY_OF_A_BUS, MEMORY_OF_A_BUS / 4] },
  docs: 'the most bytes of memory that one bus holds while it is open, at least 16 MiB; if not claimed, 512 MiB',
} satisfies ClaimDescriptor<'memory'>
