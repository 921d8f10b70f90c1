import { CODES, isBusError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus does not try again what the broker refuses for good, but tells its caller that a retry may help.',
  must: ['fail-fast/10'],
  minimal: 'refused-for-good',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: unknown) => {
        const isFinal = isBusError(error) && error.code === CODES.rejected
        throw isFinal ? Object.assign(error, { retryable: true }) : error
      }),
  }),
}

export default brokenMemory(defect)
