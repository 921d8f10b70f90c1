import { CODES, isBusError, ResilienceError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A connection that breaks after the request has left is classified as permanent: never tried again, and not counted by the breaker.',
  must: ['retry/4'],
  minimal: 'publish-reset',
  send: (send) => async (message, attempt) => {
    try {
      return await send(message, attempt)
    } catch (error) {
      if (!isBusError(error) || error.code !== CODES.connection || error.effect !== 'unknown') throw error
      throw new ResilienceError(error.code, error.message, { effect: error.effect, retryable: false })
    }
  },
}

export default brokenMemory(defect)
