/** The specification: every clause that is judged, in the order of its areas. */
import { BREAKER } from './breaker.ts'
import type { Clause } from './clause.ts'
import { CONFIGURATION } from './configuration.ts'
import { DEAD_LETTER } from './dead-letter.ts'
import { DELIVERY } from './delivery.ts'
import { DISPATCH } from './dispatch.ts'
import { ENVELOPE } from './envelope.ts'
import { FAIL_FAST } from './fail-fast.ts'
import { HEALTH } from './health.ts'
import { ORDERING } from './ordering.ts'
import { RESOURCES } from './resources.ts'
import { RETRY } from './retry.ts'

const ALL = [
  ...DELIVERY,
  ...ORDERING,
  ...FAIL_FAST,
  ...BREAKER,
  ...RETRY,
  ...DEAD_LETTER,
  ...RESOURCES,
  ...HEALTH,
  ...CONFIGURATION,
  ...ENVELOPE,
  ...DISPATCH,
]

/** What a clause names as the claim that it needs: what some claim has as a condition (`harness/claims/`), or `always`. */
export type ClaimCondition = (typeof ALL)[number]['claim']

export const CLAUSES: readonly Clause[] = ALL
