import { CODES, isBusError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The client library sends what was refused once more before it tells the bus, which knows of one attempt.',
  must: ['fail-fast/10'],
  // Where nothing is retried, the second request is one too many.
  may: ['retry/5', 'retry/1'],
  minimal: 'refused-for-good',
  send: (send) => async (message, attempt) => {
    try {
      return await send(message, attempt)
    } catch (error) {
      if (isBusError(error) && error.code === CODES.rejected) return await send(message, attempt)
      throw error
    }
  },
}

export default brokenMemory(defect)
