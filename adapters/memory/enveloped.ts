/** The in-memory bus whose messages are CloudEvents, with a priority and a number of hops as extensions. */
import type { BusAdapter } from '../../harness/adapter.ts'
import type { EnvelopeClaim } from '../../harness/claims.ts'
import { cloudEvents, withEnvelope } from '../envelope/index.ts'
import { createResilientBus } from '../resilience/index.ts'
import memory, { memoryParts } from './index.ts'

const events = cloudEvents({ source: '/orders', type: 'orders.changed' })

export const envelope: EnvelopeClaim = {
  ...events,
  fields: {
    ...events.fields,
    ce_priority: {
      type: 'choice',
      choices: { low: ['LOW', 'Low'], normal: ['NORMAL'], high: ['HIGH'] },
      others: 'refused',
      absent: { value: 'normal' },
    },
    ce_hops: { type: 'integer', least: 0, most: 255, absent: { value: '0' } },
  },
}

const enveloped: BusAdapter = {
  ...memory,
  name: 'memory, with CloudEvents',
  claims: { ...memory.claims, envelope },
  open: async (site) => withEnvelope(createResilientBus(site, memoryParts(site)), envelope),
}

export default enveloped
