import { REDRIVEN } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A redriven message has had its attempts: when its handler fails, the bus dead-letters it at once.',
  must: ['dead-letter/8'],
  may: ['dead-letter/2'],
  minimal: 'fails-again-once-it-was-redriven',
  handle: (handle) => async (delivery) => {
    try {
      await handle(delivery)
    } catch (error) {
      if (!delivery.message.headers.some(([name]) => name === REDRIVEN)) throw error
      throw Object.assign(new Error('it had its attempts', { cause: error }), { retryable: false })
    }
  },
}

export default brokenMemory(defect)
