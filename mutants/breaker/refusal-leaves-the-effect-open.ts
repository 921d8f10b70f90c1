import { isBusError, messageOf, ResilienceError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'What the breaker refuses is told as if it may have happened.',
  must: ['breaker/2'],
  may: ['breaker/10'],
  minimal: 'refused-behind-a-failure',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: unknown) => {
        if (!isBusError(error) || error.code !== 'BREAKER_OPEN') throw error
        throw new ResilienceError(error.code, messageOf(error), { effect: 'unknown', retryable: true, cause: error })
      }),
  }),
}

export default brokenMemory(defect)
