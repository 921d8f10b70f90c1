/** When two members may work on one key at once: the first of them has lost its assignment, or must be thought lost. */
import { cutOff, type Excuse, isLong } from '../tracker/causes.ts'
import type { Delivered } from '../tracker/deliveries.ts'
import type { Holdings } from '../tracker/holdings.ts'
import type { Ledger } from '../tracker/ledger.ts'
import type { Moment } from '../tracker/moment.ts'

/** Known at once: the member was leaving, its node closing or gone, its partition revoked, or its handler very long. */
export function hasLetGo(ledger: Ledger, holdings: Holdings, delivered: Delivered, now: Moment): boolean {
  const { consumer, node, topic, position, began } = delivered
  return (
    ledger.groups.consumer(consumer)?.leaving != null ||
    ledger.nodes.goneAt(node) !== null ||
    holdings.hasLost(consumer, topic, position?.partition ?? null) ||
    isLong(ledger, now.at - began.at)
  )
}

/** Known at the end: a fault or a stall kept the first member from the system within a session before. */
export const excuseFor = (ledger: Ledger, first: Delivered, second: Delivered): Excuse =>
  first.consumer === second.consumer ? null : cutOff(ledger, first.began.at, second.began.at)
