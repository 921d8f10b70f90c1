import type { ClaimDescriptor } from './descriptor.ts'
import { whole } from './rules.ts'

const MIB = 1_048_576
/**
 * The default limit for the memory of one open bus, bytes: half of a container of 1 GiB, and some hundred times what the
 * in-memory buses hold (up to 2 MiB). A bus that needs more claims it.
 */
export const MEMORY_OF_A_BUS = 512 * MIB
/** The smallest memory claim, bytes: less cannot be distinguished from what the harness itself holds. */
const LEAST_MEMORY = 16 * MIB

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
