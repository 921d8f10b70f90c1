import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A publish that fails while the queue is sent moves to the end of the queue, behind later ones.',
  must: ['breaker/11'],
  may: ['ordering/1'],
  minimal: 'two-queued-behind-a-failure',
  policies: {
    queue: {
      ...standardQueue,
      ended(state, one, how) {
        if (how !== 'kept') return standardQueue.ended(state, one, how)
        return { ...state, waiting: [...state.waiting.filter((other) => other !== one), one] }
      },
    },
  },
}

export default brokenQueue(defect)
