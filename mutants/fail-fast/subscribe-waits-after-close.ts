import { CODES, isBusError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A subscription on a closed bus waits for a connection that is never opened.',
  must: ['fail-fast/7'],
  may: ['fail-fast/2'],
  minimal: 'nothing',
  bus: (bus) => ({
    ...bus,
    subscribe: (subscription, handle) =>
      bus.subscribe(subscription, handle).catch((error: unknown) => {
        if (isBusError(error) && error.code === CODES.closed) return new Promise<never>(() => undefined)
        throw error
      }),
  }),
}

export default brokenMemory(defect)
