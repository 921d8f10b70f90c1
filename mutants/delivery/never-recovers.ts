import { ResilienceError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus remembers the first failed connection for ever, and refuses every later publish.',
  must: ['delivery/13'],
  may: ['retry/1', 'breaker/1', 'breaker/5', 'fail-fast/7', 'dead-letter/7'],
  minimal: 'publish-refused',
  send: (send) => {
    let broken = false
    return async (message, attempt) => {
      if (broken)
        throw new ResilienceError('CONNECTION_FAILED', 'the producer is in a failed state', {
          effect: 'none',
          retryable: true,
        })
      try {
        return await send(message, attempt)
      } catch (error) {
        broken = true
        throw error
      }
    }
  },
}

export default brokenMemory(defect)
