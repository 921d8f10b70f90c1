import { CODES, isBusError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The refusal of a closed bus bears the code of a time-out, and says that a retry may help.',
  must: ['fail-fast/7'],
  minimal: 'nothing',
  bus(bus) {
    let closed = false
    return {
      ...bus,
      publish: (message, options) =>
        bus.publish(message, options).catch((error: unknown) => {
          const isRefusal = closed && isBusError(error) && error.code === CODES.closed
          throw isRefusal ? Object.assign(error, { code: CODES.timeout, retryable: true }) : error
        }),
      close() {
        closed = true
        return bus.close()
      },
    }
  },
}

export default brokenMemory(defect)
