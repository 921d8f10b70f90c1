import type { Clause } from './clause.ts'

export const ORDERING: readonly Clause[] = [
  {
    id: 'ordering/1',
    area: 'ordering',
    level: 'MUST',
    title: 'order per key',
    text: "One producer's acknowledged messages of one key first reach each group in the order in which they were sent: without faults, with retries in flight, across reconnects and rebalances. A redelivery may repeat, never overtake.",
    claim: 'per-key-ordering',
    occasion: 'two acknowledged messages of one producer and key, one sent after the other, that reached one group',
    wants: 100,
    leans: ['bursts', 'publish-outage'],
    evidence: 'outside',
  },
  {
    id: 'ordering/4',
    area: 'ordering',
    level: 'MUST',
    title: 'one handler at a time per key',
    text: 'In one group the handler of one key never runs twice at once under members that both hold the assignment. A member that is leaving, was cut off, lost the partition or outstayed its session may overlap its successor, never itself.',
    claim: 'per-key-ordering',
    occasion: 'a delivery of a key to another member of the group than the one before it',
    wants: 20,
    leans: ['group-churn', 'consume-outage'],
    evidence: 'outside',
  },
]
