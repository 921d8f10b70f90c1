import type { Ledger } from './ledger.ts'
import type { Operation } from './operations.ts'

/** When a request for the publish reached the system after `bound`, though no fault and no stall of the machine kept it back; or null. */
export function requestAfter(
  { operations, faults, stalls }: Ledger,
  operation: Operation,
  bound: number,
): number | null {
  const last = operations.lastReceivedOf(operation)
  if (last === null || last <= bound) return null
  const { at: began } = operation.began
  return faults.keptBack('publish', began, last) || stalls.touch(began, last) ? null : last
}
