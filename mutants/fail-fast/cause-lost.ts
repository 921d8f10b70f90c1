import { isBusError, messageOf, ResilienceError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Errors are made anew for the caller with their code and message, and nobody hands the cause on.',
  must: ['fail-fast/3'],
  minimal: 'publish-refused',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: unknown) => {
        if (!isBusError(error)) throw error
        const { effect, retryable } = error
        throw new ResilienceError(error.code, messageOf(error), { effect, retryable })
      }),
  }),
}

export default brokenMemory(defect)
