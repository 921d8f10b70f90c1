import { standardQueue } from '../../adapters/resilience/index.ts'
import { brokenQueue, type Defect } from '../mutant.ts'

export const defect: Defect = {
  text: 'The queue is a stack: the last publish is sent first.',
  must: ['breaker/11'],
  may: ['ordering/1'],
  minimal: 'publish-refused',
  policies: {
    queue: {
      ...standardQueue,
      next(state) {
        const one = state.waiting.at(-1)
        return one === undefined ? null : { one, state }
      },
    },
  },
}

export default brokenQueue(defect)
