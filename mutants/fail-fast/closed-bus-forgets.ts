import { CODES, isBusError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A closed bus logs a publish as a warning and reports success to the caller.',
  must: ['fail-fast/7'],
  may: ['fail-fast/1', 'delivery/1', 'delivery/14'],
  minimal: 'nothing',
  bus(bus) {
    let closed = false
    return {
      ...bus,
      publish: (message, options) =>
        bus.publish(message, options).catch((error: unknown) => {
          if (!closed || !isBusError(error) || error.code !== CODES.closed) throw error
          return { status: 'acknowledged' }
        }),
      close() {
        closed = true
        return bus.close()
      },
    }
  },
}

export default brokenMemory(defect)
