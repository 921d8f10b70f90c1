import { PUBLISHED } from '../../adapters/resilience/index.ts'
import { brokenWriting, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus commits a row before it publishes the event; if that fails, the caller receives an error and the row stays.',
  must: ['fail-fast/8'],
  minimal: 'write-while-publish-is-refused',
  write: {
    async store({ write, publish }, row, event, work) {
      await work()
      await write(row, null)
      await publish(event)
      return PUBLISHED
    },
  },
}

export default brokenWriting(defect)
