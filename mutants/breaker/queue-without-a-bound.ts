import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The queue ignores its bound.',
  must: ['breaker/11'],
  minimal: 'one-queued-with-room-for-one',
  policies: {
    queue: { ...standardQueue, offered: (state, one) => standardQueue.offered(state, one, Number.POSITIVE_INFINITY) },
  },
}

export default brokenQueue(defect)
