/** What one open bus holds in memory. */

import { MEMORY_OF_A_BUS } from '../claims/memory.ts'
import type { ResolvedClaims } from '../claims.ts'
import { garbageCollector, heapAndBuffers, memoryHeld } from './keepsakes.ts'

/** What this thread holds without any garbage, bytes; the thread stands still for some ten milliseconds. */
export function memoryWithoutGarbage(): number {
  garbageCollector()()
  return memoryHeld()
}

/** The same, free of large garbage: else what is freed meanwhile would hide what a bus takes. */
export function memoryBefore(allowed: number): number {
  const { heap, buffers } = heapAndBuffers()
  if (buffers > allowed / 4 || heap > allowed) garbageCollector()()
  return memoryHeld()
}

/** What a bus may hold, bytes. */
export const memoryAllowed = ({ memory = MEMORY_OF_A_BUS }: Pick<ResolvedClaims, 'memory'>): number => memory

/** More than `before`, bytes. What is garbage is no bus's, but collecting it costs time, so only where it matters. */
export function grownSince(before: number, allowed: number): number {
  const grown = (): number => Math.max(0, memoryHeld() - before)
  if (grown() > allowed) garbageCollector()()
  return grown()
}
