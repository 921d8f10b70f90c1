/** Where the dead letters of a topic are stored, as claimed. `prefix` is that of the run. */
import type { ResolvedClaims } from './claims.ts'

/** Of a topic, by its full name; null where none is claimed. */
export function deadLetterTopicOf({ deadLetter }: ResolvedClaims, topic: string, prefix: string): string | null {
  if (deadLetter === undefined) return null
  return deadLetter.naming === 'per-topic' ? `${topic}${deadLetter.name}` : `${prefix}${deadLetter.name}`
}

/** Whether dead letters are stored there. */
export function isDeadLetterTopic({ deadLetter }: ResolvedClaims, topic: string, prefix: string): boolean {
  if (deadLetter === undefined) return false
  return deadLetter.naming === 'per-topic' ? topic.endsWith(deadLetter.name) : topic === `${prefix}${deadLetter.name}`
}
