import { PUBLISHED } from '../../adapters/resilience/index.ts'
import { brokenRecording, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The event of a write is published before the transaction is committed, and so also when it is rolled back.',
  must: ['fail-fast/8'],
  // The caller is told that nothing was done.
  may: ['delivery/2'],
  minimal: 'write-rolled-back',
  record: {
    async store({ write, publish }, row, event, work) {
      await publish(event)
      await work()
      await write(row, null)
      return PUBLISHED
    },
  },
}

export default brokenRecording(defect)
