import { PUBLISHED } from '../../adapters/resilience/index.ts'
import { brokenWriting, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Each statement of a write commits by itself, so the row stays if the application rolls back.',
  must: ['fail-fast/8'],
  minimal: 'write-rolled-back',
  write: {
    async store({ write, publish }, row, event, work) {
      await write(row, null)
      await work()
      await publish(event)
      return PUBLISHED
    },
  },
}

export default brokenWriting(defect)
