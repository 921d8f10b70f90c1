import type { HealthStatus } from '../../vocabulary.ts'
import { isBefore, type Moment } from '../tracker/moment.ts'
import type { HealthCheck } from './asked.ts'

/**
 * What the node's bus may have answered last to health checks, for a bus that was asked and answered something else then: the last answer
 * before, and those of health checks under way meanwhile. Null if there was none before, or one has no answer to this day.
 */
export function healthBetween(
  checks: readonly HealthCheck[],
  { node, asked, answered }: { readonly node: string; readonly asked: Moment; readonly answered: Moment },
): readonly HealthStatus[] | null {
  const begun = checks.filter((one) => one.node === node && isBefore(one.asked, answered))
  const isOver = ({ answered: end }: HealthCheck): boolean => end !== null && end.at < asked.at
  const [last] = begun
    .filter((one) => isOver(one) && one.answered?.health !== null)
    .toSorted((one, other) => (other.answered?.seq ?? 0) - (one.answered?.seq ?? 0))
  const meanwhile = begun.filter((one) => !isOver(one))
  if (last === undefined || meanwhile.some((one) => one.answered === null)) return null
  return [...new Set([last, ...meanwhile].flatMap((one) => one.answered?.health?.status ?? []))]
}
