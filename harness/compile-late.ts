/** Settings of V8 for processes that soon end: a function runs longer before the optimising compiler takes it. */
import { setFlagsFromString } from 'node:v8'

/**
 * Each thread of a certificate compiles the same thousand functions for a few hundred runs, and this saves about a tenth of a
 * certificate's processor time: docs/figures.md. The V8 of Node 20 alone knows the flag; later ones have other tiers.
 */
export const COMPILE_LATE: readonly string[] = process.versions.v8.startsWith('11.')
  ? ['--interrupt-budget=1000000']
  : []

/** For this process and for threads that it starts from now on. Only a process that is busproof's own may call it. */
export function compileLate(): void {
  for (const flag of COMPILE_LATE) setFlagsFromString(flag)
}
