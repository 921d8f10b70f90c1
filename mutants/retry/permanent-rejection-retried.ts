import { messageOf } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus retries every rejection of a handler, including permanent ones.',
  must: ['retry/4'],
  // Later messages wait for retries that should not happen.
  may: ['delivery/13'],
  minimal: 'handler-rejects-for-good',
  handle: (handle) => async (delivery) => {
    try {
      await handle(delivery)
    } catch (error) {
      throw new Error(messageOf(error))
    }
  },
}

export default brokenMemory(defect)
