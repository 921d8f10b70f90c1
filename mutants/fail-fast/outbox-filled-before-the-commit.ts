import { QUEUED } from '../../adapters/memory/outbox.ts'
import { brokenOutbox, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus fills the outbox in a separate transaction, so it publishes the event of a write that is rolled back.',
  must: ['fail-fast/8'],
  // The caller is told that nothing was done.
  may: ['delivery/2'],
  minimal: 'write-rolled-back',
  outbox: {
    async store({ write }, row, event, work) {
      await write({ ...row, id: `outbox of ${row.id}` }, event)
      await work()
      await write(row, null)
      return QUEUED
    },
  },
}

export default brokenOutbox(defect)
