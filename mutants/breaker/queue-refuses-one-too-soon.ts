import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The queue refuses a publish while it has room for one more.',
  must: ['breaker/11'],
  minimal: 'queue-with-room-for-two',
  policies: {
    queue: {
      ...standardQueue,
      offered: (state, one, capacity) => standardQueue.offered(state, one, capacity - 1),
    },
  },
}

export default brokenQueue(defect)
