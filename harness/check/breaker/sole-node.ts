import type { GroupOnTopic } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Moment } from '../tracker/moment.ts'

/** The node whose bus has all members of the group; null where none has any, or several have: then any of them may be given a message. */
export function soleNode({ groups }: Ledger, { group, topic }: GroupOnTopic, at: Moment): string | null {
  const [node = null, ...others] = new Set(groups.live(group, topic, at).map((member) => member.node))
  return others.length === 0 ? node : null
}
