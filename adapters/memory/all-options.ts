/** The in-memory bus with every option that it can claim: order over whole partitions, message ids, a time to live. */
import type { BusAdapter, Site } from '../../harness/adapter.ts'
import { fixed, settable } from '../../harness/claims.ts'
import { createResilientBus, type ResilientBusParts, standardPolicies } from '../resilience/index.ts'
import { admissionFor } from './admission.ts'
import { createClient } from './client.ts'
import memory, { memoryParts } from './index.ts'

export const allOptionsParts = (site: Site): ResilientBusParts => {
  const parts = memoryParts(site, { stamped: true })
  const client = createClient(() => site.dial('consume'), site.credentials.token ?? '')
  return {
    ...parts,
    member: (subscription) => ({ ...parts.member(subscription), admit: admissionFor(site, client, subscription) }),
    disconnect: async () => {
      client.close()
      await parts.disconnect()
    },
    // Which partition a message goes to, the broker alone knows: what goes to one topic waits in one line.
    policies: { ...standardPolicies, orderingKeyOf: ({ topic }) => topic },
  }
}

// A redriven message bears the id of the one that it copies, so that a group may pass over either: not claimed together.
const { redrive: _, ...claims } = memory.claims

const allOptions: BusAdapter = {
  ...memory,
  name: 'memory, all options',
  claims: {
    ...claims,
    ordering: 'per-partition',
    // One more, to ask for message ids.
    connections: fixed(4),
    deduplication: { header: 'message-id', window: settable(60_000, 100, 3_600_000), storeDown: 'refuse' },
    timeToLive: { header: 'lives-ms' },
  },
  open: (site) => Promise.resolve(createResilientBus(site, allOptionsParts(site))),
}

export default allOptions
