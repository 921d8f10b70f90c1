/** The specification: every clause that is judged, in the order of its areas. */
import { BREAKER } from './breaker.ts'
import type { Clause } from './clause.ts'
import { DEAD_LETTER } from './dead-letter.ts'
import { DELIVERY } from './delivery.ts'
import { FAIL_FAST } from './fail-fast.ts'
import { ORDERING } from './ordering.ts'
import { RESOURCES } from './resources.ts'
import { RETRY } from './retry.ts'

export const CLAUSES: readonly Clause[] = [
  ...DELIVERY,
  ...ORDERING,
  ...FAIL_FAST,
  ...BREAKER,
  ...RETRY,
  ...DEAD_LETTER,
  ...RESOURCES,
]
