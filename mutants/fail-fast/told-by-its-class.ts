import { isBusError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

/** Its details are on the class, where only a caller in the same process sees them. */
class PublishFailed extends Error {
  get effect(): 'unknown' {
    return 'unknown'
  }
  get retryable(): boolean {
    return true
  }
}

export const defect: Defect = {
  text: 'Errors are distinguished by their class, so they lose their details when they cross a process border.',
  must: ['fail-fast/3'],
  may: ['fail-fast/6', 'fail-fast/7', 'breaker/2'],
  minimal: 'nothing',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: unknown) => {
        if (!isBusError(error)) throw error
        throw Object.assign(new PublishFailed(error.message, { cause: error.cause }), { code: error.code })
      }),
  }),
}

export default brokenMemory(defect)
