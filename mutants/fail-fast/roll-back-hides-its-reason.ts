import { isBusError, ResilienceError } from '../../adapters/resilience/index.ts'
import { brokenWriting, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'An application that rolls a write back learns only that it was rolled back.',
  must: ['fail-fast/3'],
  minimal: 'write-rolled-back',
  bus: (bus) => ({
    ...bus,
    async write(row, message, options) {
      if (bus.write === undefined) throw new TypeError('it writes no rows')
      return await bus.write(row, message, options).catch((error: unknown) => {
        if (!isBusError(error)) throw error
        const { code, effect, retryable } = error
        throw new ResilienceError(code, 'the write failed', { effect, retryable })
      })
    },
  }),
}

export default brokenWriting(defect)
