/** The in-memory bus that handles the keys of a partition side by side: a failing message holds back only its own key. */
import type { BusAdapter, Site } from '../../harness/adapter.ts'
import { createResilientBus, type ResilientBusParts, standardPolicies } from '../resilience/index.ts'
import memory, { memoryParts } from './index.ts'

export const byKeyParts = (site: Site): ResilientBusParts => ({
  ...memoryParts(site),
  policies: { ...standardPolicies, sideBySide: standardPolicies.orderingKeyOf },
})

const byKey: BusAdapter = {
  ...memory,
  name: 'memory, by key',
  claims: { ...memory.claims, consume: { ...memory.claims.consume, behindFailure: 'hold-key' } },
  open: (site) => Promise.resolve(createResilientBus(site, byKeyParts(site))),
}

export default byKey
