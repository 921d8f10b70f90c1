/** The topics of a run, as the plan and the claims have them. */
import type { ResolvedClaims } from '../claims.ts'
import type { Plan } from '../plan/plan.ts'
import type { TopicSpec } from '../system-contract.ts'

export const topicsOf = (plan: Plan, claims: ResolvedClaims, prefix: string): TopicSpec[] =>
  plan.topics.map(({ partitions }, index) => {
    const name = `${prefix}t${index}`
    return { name, partitions, deadLetter: deadLetterTopicOf(claims, name, prefix) }
  })

/** Of a topic, by its full name; null where none is claimed. */
export function deadLetterTopicOf({ deadLetter }: ResolvedClaims, topic: string, prefix: string): string | null {
  if (deadLetter === undefined) return null
  return deadLetter.naming === 'per-topic' ? `${topic}${deadLetter.name}` : `${prefix}${deadLetter.name}`
}
