import type { BusAdapter } from '../adapter.ts'
import { beyondSystem } from '../contradictions.ts'
import { UsageError } from '../errors.ts'
import type { Lacks } from '../lacks.ts'

/** Throws a {@link UsageError} for a claim that needs what the system lacks: no run could test it. */
export function checkPromises(
  { name, claims }: Pick<BusAdapter, 'name' | 'claims'>,
  system: string,
  lacks: Lacks,
): void {
  const beyond = beyondSystem(claims, system, lacks)
  if (beyond !== null) throw new UsageError(`the adapter ${name}: ${beyond}`)
}
