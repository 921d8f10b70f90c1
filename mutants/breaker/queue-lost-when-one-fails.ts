import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The first failure while the queue is sent discards the rest of the queue.',
  must: ['fail-fast/1', 'breaker/11'],
  // It is pending for ever, and so when the bus closes too.
  may: ['resources/2', 'resources/3'],
  minimal: 'queued-behind-a-failure',
  policies: {
    queue: {
      ...standardQueue,
      ended: (state, one, how) => (how === 'kept' ? { ...state, waiting: [] } : standardQueue.ended(state, one, how)),
    },
  },
}

export default brokenQueue(defect)
