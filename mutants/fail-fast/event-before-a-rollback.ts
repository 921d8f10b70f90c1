import { PUBLISHED } from '../../adapters/resilience/index.ts'
import { brokenWriting, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus publishes the event of a write before the transaction commits, so also if it is rolled back.',
  must: ['fail-fast/8'],
  // The caller is told that nothing was done.
  may: ['delivery/2'],
  minimal: 'write-rolled-back',
  write: {
    async store({ write, publish }, row, event, work) {
      await publish(event)
      await work()
      await write(row, null)
      return PUBLISHED
    },
  },
}

export default brokenWriting(defect)
