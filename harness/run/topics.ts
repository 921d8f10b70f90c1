/** The topics of a run, as the plan and the claims have them. */
import { endOf } from '../claims/dispatch-values.ts'
import type { ResolvedClaims } from '../claims.ts'
import { deadLetterTopicOf } from '../dead-letter-topic.ts'
import type { Plan } from '../plan/plan.ts'
import { refusedTopicOf } from '../refused-topic.ts'
import type { TopicSpec } from '../system-contract.ts'

/** Those of its messages. */
export const topicsOf = (plan: Plan, claims: ResolvedClaims, prefix: string): TopicSpec[] =>
  plan.topics.map(({ partitions }, index) => {
    const end = claims.dispatch === undefined ? '' : endOf(claims.dispatch, plan.seed, index)
    const name = `${prefix}t${index}${end}`
    return { name, partitions, deadLetter: deadLetterTopicOf(claims, name, prefix) }
  })

/** The one that a bus which is used for long has to itself, if the plan has such a bus. */
export function usedTopicOf(plan: Plan, claims: ResolvedClaims, prefix: string): TopicSpec | null {
  const name = `${prefix}used`
  return plan.uses === 0 ? null : { name, partitions: 1, deadLetter: deadLetterTopicOf(claims, name, prefix) }
}

/** The one that the system is to refuse. */
export const refusedTopicIn = (prefix: string): TopicSpec => ({
  name: refusedTopicOf(prefix),
  partitions: 1,
  deadLetter: null,
  refused: true,
})

/** All that the system must have. */
export function allTopicsOf(plan: Plan, claims: ResolvedClaims, prefix: string): TopicSpec[] {
  const used = usedTopicOf(plan, claims, prefix)
  const refused = (plan.refusals ?? []).length > 0 ? [refusedTopicIn(prefix)] : []
  return [...topicsOf(plan, claims, prefix), ...(used === null ? [] : [used]), ...refused]
}
