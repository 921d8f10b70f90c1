/** The in-memory bus with every option that it can claim: order over whole partitions. */
import type { BusAdapter, Site } from '../../harness/adapter.ts'
import { createResilientBus, type ResilientBusParts, standardPolicies } from '../resilience/index.ts'
import memory, { memoryParts } from './index.ts'

export const allOptionsParts = (site: Site): ResilientBusParts => ({
  ...memoryParts(site),
  // Which partition a message goes to, the broker alone knows: what goes to one topic waits in one line.
  policies: { ...standardPolicies, laneOf: ({ topic }) => topic },
})

const allOptions: BusAdapter = {
  ...memory,
  name: 'memory, all options',
  claims: { ...memory.claims, ordering: 'per-partition' },
  open: (site) => Promise.resolve(createResilientBus(site, allOptionsParts(site))),
}

export default allOptions
