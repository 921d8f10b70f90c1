/** The in-memory bus that stores rows whether their events can be published or not, and says so. */
import type { BusAdapter } from '../../harness/adapter.ts'
import { createResilientBus, PUBLISHED, unpublished } from '../resilience/index.ts'
import recording, { type RecordPolicies, recordingParts } from './recording.ts'

export const optionalRecording: RecordPolicies = {
  store: async ({ write, publish }, row, event, work) => {
    await work()
    await write(row, null)
    return await publish(event).then(() => PUBLISHED, unpublished)
  },
}

const recordingOptional: BusAdapter = {
  ...recording,
  name: 'memory, recording, events optional',
  claims: { ...recording.claims, record: { event: 'optional' } },
  open: (site) => Promise.resolve(createResilientBus(site, recordingParts(site, optionalRecording))),
}

export default recordingOptional
