import { isBusError, messageOf, ResilienceError } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'What a full queue refuses is told as if it may have happened.',
  must: ['breaker/11'],
  minimal: 'queue-without-room-for-a-third',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: unknown) => {
        if (!isBusError(error) || error.code !== 'QUEUE_FULL') throw error
        throw new ResilienceError(error.code, messageOf(error), { effect: 'unknown', retryable: true, cause: error })
      }),
  }),
}

export default brokenQueue(defect)
