/** What a system lacks, and the consequences for clauses. */
import type { Capability, Clause } from '../spec/clause.ts'

/** For each capability that a system lacks, the reason: a few words that follow a colon. */
export type Lacks = { readonly [C in Capability]?: string }

const WITHOUT: Readonly<Record<Capability, string>> = {
  partitions: 'the system has no partitions',
  committedOffsets: 'the system has no committed offsets',
  groupMembership: 'the system has no group membership',
  deadLetterTopics: 'the system has no dead-letter topic for each topic',
  storedLog: 'the system keeps no stored log',
  network: 'the bus crosses no network',
  refusedTopics: 'the system can refuse no topic',
}

export const CAPABILITIES = Object.keys(WITHOUT) as readonly Capability[]

/** One sentence without its full stop. */
export const without = (capability: Capability, lacks: Lacks): string =>
  `${WITHOUT[capability]}: ${lacks[capability] ?? 'it does not say why'}`

/** The first capability that the clause needs and the system lacks; null if there is none. */
export const lackedBy = ({ needs = [] }: Pick<Clause, 'needs'>, lacks: Lacks): Capability | null =>
  needs.find((capability) => lacks[capability] !== undefined) ?? null
