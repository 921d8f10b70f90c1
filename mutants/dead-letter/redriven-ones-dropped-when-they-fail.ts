import { REDRIVEN } from '../../harness/adapter.ts'
import { brokenMemory, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'Lest messages go round in circles, the bus drops a redriven one that fails again, without another dead letter.',
  must: ['dead-letter/1'],
  // Its position is committed, though nothing took it.
  may: ['delivery/1', 'delivery/6', 'dead-letter/4'],
  minimal: 'rejected-for-good-twice',
  handle: (handle) => async (delivery) => {
    try {
      await handle(delivery)
    } catch (error) {
      const isPermanent = error instanceof Error && 'retryable' in error && error.retryable === false
      if (!isPermanent || !delivery.message.headers.some(([name]) => name === REDRIVEN)) throw error
    }
  },
}

export default brokenMemory(defect)
