/** The in-memory bus that stores rows whether their events can be published or not, and says so. */
import type { BusAdapter } from '../../harness/adapter.ts'
import { createResilientBus, PUBLISHED, unpublished } from '../resilience/index.ts'
import writing, { type WritePolicies, writingParts } from './writing.ts'

export const optionalWriting: WritePolicies = {
  store: async ({ write, publish }, row, event, work) => {
    await work()
    await write(row, null)
    return await publish(event).then(() => PUBLISHED, unpublished)
  },
}

const writingOptional: BusAdapter = {
  ...writing,
  name: 'memory, writing, events optional',
  claims: { ...writing.claims, write: { event: 'optional' } },
  open: (site) => Promise.resolve(createResilientBus(site, writingParts(site, optionalWriting))),
}

export default writingOptional
