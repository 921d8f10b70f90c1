import { isBusError, messageOf, ResilienceError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus creates new errors for the caller, with code and message but without the cause.',
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
