import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'A publish leaves the queue before it is sent, so a failure in between loses it.',
  must: ['breaker/11', 'fail-fast/1'],
  // It is pending for ever, and so when the bus closes too.
  may: ['resources/2', 'resources/3'],
  minimal: 'queued-behind-a-failure',
  policies: {
    queue: {
      ...standardQueue,
      next(state) {
        const [one, ...waiting] = state.waiting
        return one === undefined ? null : { one, state: { ...state, waiting } }
      },
    },
  },
}

export default brokenQueue(defect)
