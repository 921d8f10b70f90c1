import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The bus reports publishes that do not fit into the queue as queued, and drops them.',
  must: ['fail-fast/1', 'breaker/11'],
  // It is pending for ever, and so when the bus closes too.
  may: ['resources/2', 'resources/3'],
  minimal: 'one-queued-with-room-for-one',
  policies: {
    queue: {
      ...standardQueue,
      offered: (state, one, capacity) => standardQueue.offered(state, one, capacity) ?? state,
    },
  },
}

export default brokenQueue(defect)
