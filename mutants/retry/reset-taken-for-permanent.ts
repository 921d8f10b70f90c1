import { CODES, isBusError, ResilienceError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus treats a connection that breaks after the request was sent as a permanent error: it neither retries it nor lets the breaker count it.',
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
