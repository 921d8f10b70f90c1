/** The possible states of an acknowledged message in a group once the bus has drained. */
import type { GroupOnTopic } from '../tracker/groups.ts'
import type { Ledger } from '../tracker/ledger.ts'

/** No member could receive it; then it may wait for ever. */
export const isPending = (ledger: Ledger, { group, topic }: GroupOnTopic): boolean =>
  ledger.groups.live(group, topic, ledger.phases.began('close') ?? ledger.now()).length === 0

export const isAccountedFor = ({ outcomes }: Ledger, group: string, op: string): boolean =>
  outcomes.doneAt(group, op) !== null || outcomes.mayBeDropped(group, op)
