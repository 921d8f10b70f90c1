import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'What fails while the queue is sent goes to the end of the queue, behind what came later.',
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
