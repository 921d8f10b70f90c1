import { CODES, isBusError, ResilienceError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus takes every answer but a success for a passing failure, and tries again what the broker refuses for good.',
  must: ['fail-fast/10'],
  // Each counts for the breaker, which opens although nothing is wrong with the link.
  may: ['delivery/13', 'dead-letter/7'],
  minimal: 'refused-for-good',
  send: (send) => async (message, attempt) => {
    try {
      return await send(message, attempt)
    } catch (error) {
      if (!isBusError(error) || error.code !== CODES.rejected) throw error
      throw new ResilienceError(error.code, error.message, { effect: error.effect, retryable: true })
    }
  },
}

export default brokenMemory(defect)
