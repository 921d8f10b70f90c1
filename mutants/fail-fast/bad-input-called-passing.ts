import { CODES, isBusError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus marks every publish error as retryable, including those for bad input.',
  must: ['fail-fast/6'],
  minimal: 'nothing',
  bus: (bus) => ({
    ...bus,
    publish: (message, options) =>
      bus.publish(message, options).catch((error: unknown) => {
        const isInvalid = isBusError(error) && error.code === CODES.invalid
        throw isInvalid ? Object.assign(error, { retryable: true }) : error
      }),
  }),
}

export default brokenMemory(defect)
