import { CODES, isBusError } from '../../adapters/resilience/index.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus keeps the promise of its first connection even if it was rejected, so it never connects after a first failure.',
  must: ['fail-fast/7'],
  may: ['delivery/13', 'breaker/3'],
  minimal: 'publish-refused',
  send(send) {
    let connected = false
    let remembered: unknown = null
    return async (message, attempt) => {
      if (remembered !== null) throw remembered
      try {
        const receipt = await send(message, attempt)
        connected = true
        return receipt
      } catch (error) {
        const isRefused = isBusError(error) && error.code === CODES.connection && error.effect === 'none'
        if (!connected && isRefused) remembered = error
        throw error
      }
    }
  },
}

export default brokenMemory(defect)
