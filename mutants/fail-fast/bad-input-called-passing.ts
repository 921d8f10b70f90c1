import { CODES, isBusError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Every error of a publish is handed out as one that may be tried again, bad input too.',
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
